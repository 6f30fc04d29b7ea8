import type { BackupOptions, RetentionRules } from '@pgark/core'
import type { PostgresOptions } from '@pgark/engine-postgres'

/**
 * A database: a URL or connection string, which the environment fills in as it does an argument; or options as `postgres()` takes them,
 * which it does not; or an application's, where its ORM has it. Undefined: not set; only what uses it is refused.
 */
export type DatabaseConfig = string | PostgresOptions | OrmDatabase | undefined

/**
 * The database of an application, and the names of its models, as its ORM has them: Prisma's config file (`true`: the one that Prisma
 * would find beside this config file), or the module with TypeORM's DataSource. Paths begin where this config file is. Needs the
 * package `@pgark/adapter-prisma` or `@pgark/adapter-typeorm`.
 */
export type OrmDatabase = { prisma: true | string; typeorm?: never } | { typeorm: string; prisma?: never }

/** A place for backups. */
export interface DestinationConfig {
  /** A URL such as `s3://bucket/prefix/`, or a folder: a relative one begins where the config file is. Undefined: not set. */
  url: string | undefined
  /** What else the exporter of a URL is told, as parameters of the URL: `{ region: 'eu-central-1' }`. Never secrets. */
  options?: Readonly<Record<string, string | number | boolean>>
  /** Which backups stay there: what `pgark prune <name>` goes by when it is given no rule. Default: none. */
  retention?: RetentionConfig
  /** Prune by `retention` after each `pgark run` that has stored a backup there. Default false: nothing is removed unasked. */
  prune?: boolean
}

export interface RetentionConfig extends RetentionRules {
  /** Collect runs without a manifest of which nothing was written for so long. Default 24 hours. */
  incompleteAfterMs?: number
}

/** What `pgark run <name>` does: every option of `backup()`, and those of `postgres()` that are for backups. */
export interface BackupConfig<Database extends string = string, Destination extends string = string>
  extends Omit<BackupOptions, 'engine' | 'to' | 'signal' | 'onEvent' | 'log'>,
    Pick<PostgresOptions, 'pgDump' | 'lockTimeoutMs' | 'connectTimeoutMs' | 'idleTimeoutMs' | 'allowPooler'> {
  /** A name of `databases`, a URL or a connection string. */
  database: DatabaseReference<Database>
  /** A name of `destinations`, a place within one (`nightly/shop`), a URL, or a path that begins with `./`, `../` or `/`; or several. */
  to: PlaceReference<Destination> | readonly PlaceReference<Destination>[]
}

export type DatabaseReference<Name extends string> =
  | Name
  | `postgres://${string}`
  | `postgresql://${string}`
  | `${string}=${string}`

export type PlaceReference<Name extends string> =
  | Name
  | `${Name}/${string}`
  | `${string}://${string}`
  | `./${string}`
  | `../${string}`
  | `/${string}`

/** What a config file says. Names are made of letters, digits, `_` and `-`. */
export interface PgarkConfig<Database extends string = string, Destination extends string = string> {
  /** Databases by name: `pgark backup shop`. */
  databases?: { readonly [name in Database]: DatabaseConfig }
  /** Places for backups by name: `--to nightly`, `pgark verify nightly/latest`. A URL or folder alone is a place without options. */
  destinations?: { readonly [name in Destination]: DestinationConfig | string | undefined }
  /** Backups by name: `pgark run nightly`. */
  backups?: Readonly<Record<string, BackupConfig<NoInfer<Database>, NoInfer<Destination>>>>
  /** Packages, or paths of modules, that open URLs of further schemes, as `--plugin`. A path begins where the config file is. */
  plugins?: readonly string[]
}

export interface ConfigContext {
  /** The environment, with what `--env-file` or `.env` adds to it. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What a config file exports as its default: a configuration, or a function that answers one. */
export type ConfigExport<Database extends string = string, Destination extends string = string> =
  | PgarkConfig<Database, Destination>
  | ((context: ConfigContext) => PgarkConfig<Database, Destination> | Promise<PgarkConfig<Database, Destination>>)

/**
 * The configuration of a `pgark.config.ts`, checked by the compiler: backups can only name databases and destinations that are there.
 * Answers what it was given.
 *
 * ```ts
 * export default defineConfig(({ env }) => ({
 *   databases: { shop: env.DATABASE_URL },
 *   destinations: { nightly: { url: 's3://my-backups/shop/', retention: { keepDaily: 7 } } },
 *   backups: { nightly: { database: 'shop', to: 'nightly', metadata: { type: 'nightly' } } },
 * }))
 * ```
 */
export function defineConfig<const Database extends string = never, const Destination extends string = never>(
  config: ConfigExport<Database, Destination>,
): ConfigExport<Database, Destination> {
  return config
}
