import { type OrmAdapter, PgarkError } from '@pgark/core'
import { type PostgresOptions, parseTarget, type TargetDefaults } from '@pgark/engine-postgres'
import { isOrmDatabase, ormOfDatabase } from '../config/orm-database.ts'
import { configTitle, type ProjectConfig } from '../config/project-config.ts'
import { connectionOf, openOrm } from '../plugins/open-orm.ts'
import type { Plugins } from '../plugins/plugins.ts'
import { redact } from '../terminal/redact.ts'
import { namedInEnvironment, readingDefaults, writingDefaults } from './libpq-environment.ts'
import { type OrmFlags, ormOfFlags } from './orm.ts'

/** A database and where it was named. */
export interface ChosenDatabase {
  readonly options: PostgresOptions
  readonly origin: string
}

/** Which ORM, and where packages are. */
export interface Application extends OrmFlags {
  plugin?: Plugins
}

/**
 * The database to read: the argument, which may be a name of the config, else that of the application whose ORM is named, else
 * `DATABASE_URL`, else libpq's variables, which also fill in what those leave out. Of an ORM beside an argument there are the names only.
 */
export async function sourceDatabase(
  argument: string | undefined,
  env: NodeJS.ProcessEnv,
  config: ProjectConfig,
  application: Application = {},
): Promise<ChosenDatabase> {
  const ofDatabase = ormOfDatabase(argument, config)
  const choice = ofDatabase ?? ormOfFlags(application)
  const orm = choice && (await openOrm(choice, application.plugin))
  const named = argument !== undefined && config.databases.has(argument)
  const origin = named ? `databases.${argument} of ${configTitle(config)}` : 'argument'
  if (orm && (argument === undefined || ofDatabase)) {
    const found = redact((await connectionOf(orm)).origin)
    return { options: { orm }, origin: ofDatabase ? `${origin}: ${found}` : found }
  }
  const defaults = readingDefaults(env)
  if (argument !== undefined) {
    const options = optionsOf(argument, defaults, config)
    return orm ? { options: withNames(options, orm), origin: `${origin}, names by ${orm.name}` } : { options, origin }
  }
  if (env.DATABASE_URL) return { options: parseTarget(env.DATABASE_URL, defaults), origin: 'DATABASE_URL' }
  if (!env.PGHOST && !env.PGHOSTADDR && !env.PGDATABASE && !env.PGSERVICE) {
    throw new PgarkError('USAGE.DATABASE', 'No database was named.', {
      hint: 'give its URL as an argument, or set DATABASE_URL, or PGHOST and PGDATABASE, or PGSERVICE',
    })
  }
  return { options: parseTarget('', defaults), origin: namedInEnvironment(env).join(', ') }
}

/**
 * The database to write to: what the argument says, and its service. The environment only helps to prove who connects, and an ORM only
 * with names.
 */
export async function targetDatabase(
  flag: string,
  argument: string,
  env: NodeJS.ProcessEnv,
  config: ProjectConfig,
  application: Application = {},
): Promise<PostgresOptions> {
  if (ormOfDatabase(argument, config)) {
    throw new PgarkError('USAGE.OPTIONS', `${flag} names the database of an application by its ORM.`, {
      hint: "write its URL, so that an application's own database is never meant by accident",
    })
  }
  const options = optionsOf(argument, writingDefaults(env), config)
  if (options.database === undefined) {
    throw new PgarkError('USAGE.OPTIONS', `${flag} names no database.`, { hint: 'write postgres://user@host/database' })
  }
  const choice = ormOfFlags(application)
  return choice ? withNames(options, await openOrm(choice, application.plugin)) : options
}

/** The engine would connect where the ORM does if neither host, user nor database were named, as they need not be. */
const withNames = (options: PostgresOptions, orm: OrmAdapter): PostgresOptions => ({
  connectionString: '',
  ...options,
  orm,
})

/** Of a name, its value in the config: text is filled in as an argument is, options are what `postgres()` takes. */
function optionsOf(argument: string, defaults: TargetDefaults, config: ProjectConfig): PostgresOptions {
  const value = config.databases.get(argument) ?? argument
  if (typeof value === 'string') return parseTarget(value, defaults)
  if (isOrmDatabase(value)) throw new TypeError(`Expected a database that has no ORM, got ${argument}`)
  const { connectionString, ...options } = value
  return connectionString === undefined ? options : { ...parseTarget(connectionString), ...options }
}
