import { PgarkError } from '@pgark/core'
import { type ConnectionTarget, type PostgresOptions, parseTarget, type TargetDefaults } from '@pgark/engine-postgres'
import { configTitle, type ProjectConfig } from '../config/project-config.ts'
import { namedInEnvironment, readingDefaults, writingDefaults } from './libpq-environment.ts'

/** A database and where it was named. */
export interface ChosenDatabase {
  readonly options: ConnectionTarget
  readonly origin: string
}

/**
 * The database to read: the argument, which may be a name of the config, else `DATABASE_URL`, else libpq's variables, which also fill
 * in what those leave out.
 */
export function sourceDatabase(
  argument: string | undefined,
  env: NodeJS.ProcessEnv,
  config: ProjectConfig,
): ChosenDatabase {
  const defaults = readingDefaults(env)
  if (argument !== undefined) {
    const origin = config.databases.has(argument) ? `databases.${argument} of ${configTitle(config)}` : 'argument'
    return { options: optionsOf(argument, defaults, config), origin }
  }
  if (env.DATABASE_URL) return { options: parseTarget(env.DATABASE_URL, defaults), origin: 'DATABASE_URL' }
  if (!env.PGHOST && !env.PGHOSTADDR && !env.PGDATABASE && !env.PGSERVICE) {
    throw new PgarkError('USAGE.DATABASE', 'No database was named.', {
      hint: 'give its URL as an argument, or set DATABASE_URL, or PGHOST and PGDATABASE, or PGSERVICE',
    })
  }
  return { options: parseTarget('', defaults), origin: namedInEnvironment(env).join(', ') }
}

/** The database to write to: what the argument says, and its service. The environment only helps to prove who connects. */
export function targetDatabase(
  flag: string,
  argument: string,
  env: NodeJS.ProcessEnv,
  config: ProjectConfig,
): ConnectionTarget {
  const options = optionsOf(argument, writingDefaults(env), config)
  if (options.database === undefined) {
    throw new PgarkError('USAGE.OPTIONS', `${flag} names no database.`, { hint: 'write postgres://user@host/database' })
  }
  return options
}

/** Of a name, its value in the config: text is filled in as an argument is, options are what `postgres()` takes. */
function optionsOf(argument: string, defaults: TargetDefaults, config: ProjectConfig): ConnectionTarget {
  const value: string | PostgresOptions = config.databases.get(argument) ?? argument
  if (typeof value === 'string') return parseTarget(value, defaults)
  const { connectionString, ...options } = value
  return connectionString === undefined ? options : { ...parseTarget(connectionString), ...options }
}
