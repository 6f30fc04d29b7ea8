import { PgarkError } from '@pgark/core'
import { type ConnectionTarget, parseTarget } from '@pgark/engine-postgres'
import { namedInEnvironment, readingDefaults, writingDefaults } from './libpq-environment.ts'

/** A database and where it was named. */
export interface ChosenDatabase {
  readonly options: ConnectionTarget
  readonly origin: string
}

/** The database to read: the argument, else `DATABASE_URL`, else libpq's variables, which also fill in what those leave out. */
export function sourceDatabase(argument: string | undefined, env: NodeJS.ProcessEnv): ChosenDatabase {
  const defaults = readingDefaults(env)
  if (argument !== undefined) return { options: parseTarget(argument, defaults), origin: 'argument' }
  if (env.DATABASE_URL) return { options: parseTarget(env.DATABASE_URL, defaults), origin: 'DATABASE_URL' }
  if (!env.PGHOST && !env.PGHOSTADDR && !env.PGDATABASE && !env.PGSERVICE) {
    throw new PgarkError('USAGE.DATABASE', 'No database was named.', {
      hint: 'give its URL as an argument, or set DATABASE_URL, or PGHOST and PGDATABASE, or PGSERVICE',
    })
  }
  return { options: parseTarget('', defaults), origin: namedInEnvironment(env).join(', ') }
}

/** The database to write to: what the argument says, and its service. The environment only helps to prove who connects. */
export function targetDatabase(flag: string, argument: string, env: NodeJS.ProcessEnv): ConnectionTarget {
  const options = parseTarget(argument, writingDefaults(env))
  if (options.database === undefined) {
    throw new PgarkError('USAGE.OPTIONS', `${flag} names no database.`, { hint: 'write postgres://user@host/database' })
  }
  return options
}
