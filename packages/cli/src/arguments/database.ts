import { PgarkError, type Problem } from '@pgark/core'
import type { PostgresOptions } from '@pgark/engine-postgres'

/** A database and where it was named. */
export interface ChosenDatabase {
  readonly options: PostgresOptions
  readonly origin: string
}

const isConnectionString = (text: string) => /^postgres(ql)?:\/\//i.test(text) || text.includes('=')

/** The problem with a database argument, if there is one. */
export function* databaseProblems(what: string, text: string | undefined): Iterable<Problem> {
  if (text === undefined || isConnectionString(text)) return
  // It may be a password pasted into the wrong place: it is not repeated.
  yield {
    message: `${what} is neither a URL nor a connection string.`,
    hint: "write postgres://user@host/database or 'host=… dbname=…'",
  }
}

/** The database to read: the argument, else `DATABASE_URL`, else libpq's variables. */
export function sourceDatabase(argument: string | undefined, env: NodeJS.ProcessEnv): ChosenDatabase {
  if (argument !== undefined) return { options: { connectionString: argument }, origin: 'argument' }
  if (env.DATABASE_URL) return { options: { connectionString: env.DATABASE_URL }, origin: 'DATABASE_URL' }
  if (env.PGSERVICE) {
    throw new PgarkError('USAGE.DATABASE', 'PGSERVICE is set, and service files are not read yet.', {
      hint: 'give the URL as an argument, or unset PGSERVICE',
    })
  }
  const names = ['PGHOST', 'PGPORT', 'PGUSER', 'PGDATABASE', 'PGSSLMODE'].filter((name) => env[name])
  if (!env.PGHOST && !env.PGDATABASE) {
    throw new PgarkError('USAGE.DATABASE', 'No database was named.', {
      hint: 'give its URL as an argument, or set DATABASE_URL, or PGHOST and PGDATABASE',
    })
  }
  const pairs = { host: env.PGHOST, port: env.PGPORT, user: env.PGUSER, dbname: env.PGDATABASE, sslmode: env.PGSSLMODE }
  const quoted = (value: string) => `'${value.replaceAll(/['\\]/g, '\\$&')}'`
  const connectionString = Object.entries(pairs)
    .flatMap(([name, value]) => (value ? [`${name}=${quoted(value)}`] : []))
    .join(' ')
  return { options: { connectionString }, origin: names.join(', ') }
}
