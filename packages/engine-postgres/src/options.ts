import type { ConnectionOptions as TlsOptions } from 'node:tls'
import { type OrmAdapter, refuseProblems } from '@pgark/core'
import { operatingSystemUser } from './connection/operating-system-user.ts'
import { combinationProblems, optionProblems } from './connection/option-problems.ts'
import { parseTarget } from './connection/parse-target.ts'
import { copiedTls, fromPgNames, type PgClientConfig } from './connection/pg-client-config.ts'
import { type ServerAddress, serverAddresses, serverListProblems } from './connection/server-addresses.ts'

/** How libpq names the use of TLS; `allow` and `prefer` encrypt where they must or can, `require` does not check the certificate. */
export type SslMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full'
/** Which of several servers will do. */
export type TargetSessionAttrs = 'any' | 'read-write' | 'read-only' | 'primary' | 'standby' | 'prefer-standby'

/** A superset of pg's `ClientConfig`. */
export interface PostgresOptions<Conditions = unknown> extends PgClientConfig {
  /** `postgres://user:password@host:port/database?sslmode=…` or `host=… dbname=…`. The other fields win over it. */
  connectionString?: string | undefined
  /**
   * The application's ORM. It says where the database is, unless one is named here, by a connection string, host, user or database; and
   * by its models a selection and filters may name tables.
   */
  orm?: OrmAdapter<Conditions> | undefined
  /** Default `localhost`. A path is a folder with unix sockets. Of several, the first that will do is taken. */
  host?: string | readonly string[] | undefined
  /** Where to connect, while certificates and password files are compared with `host`. As many as hosts. */
  hostAddress?: string | readonly string[] | undefined
  /** Default 5432. One for all hosts, or one for each. */
  port?: number | readonly number[] | undefined
  /** Default: the name of the operating system's user. */
  user?: string | undefined
  /** A function is called for each connection, for tokens that expire. Never printed. */
  password?: string | (() => string | Promise<string>) | undefined
  /** Where to find the password when none is given: a file like `~/.pgpass`, with mode 0600. Default none. */
  passfile?: string | undefined
  /** Default: the user's name. */
  database?: string | undefined
  /** Default `prefer`. */
  sslMode?: SslMode | undefined
  /** TLS settings beyond the mode: `ca`, `cert`, `key`, `crl`, `servername`. */
  tls?: TlsOptions | undefined
  /** Whether SCRAM proves that nobody stands between. `require` refuses a server that does not prove it. Default `prefer`. */
  channelBinding?: 'disable' | 'prefer' | 'require' | undefined
  /** The only ways to authenticate that are agreed to: `none`, `password`, `md5`, `scram-sha-256`; or with `!` those that are not. */
  requireAuth?: readonly string[] | undefined
  /** Default `any`. */
  targetSessionAttrs?: TargetSessionAttrs | undefined
  /** `random`: several hosts are tried in any order. Default `disable`. */
  loadBalanceHosts?: 'disable' | 'random' | undefined
  /** Shown in `pg_stat_activity`. Default `pgark`. */
  applicationName?: string | undefined
  /** Longest wait for a connection to one host, in ms. Default 10,000. */
  connectTimeoutMs?: number | undefined
  /** Back up through a pooler in transaction mode, which needs as many of its connections as ours. Never restores. Default `false`. */
  allowPooler?: boolean | undefined
  /** Longest wait for a lock on a table, in ms. Default 10,000. */
  lockTimeoutMs?: number | undefined
  /**
   * Longest silence of a connection on which a statement runs, in ms, before the server is asked whether it still works on it; and of
   * the server while pg_dump waits for an answer. Default 300,000.
   */
  idleTimeoutMs?: number | undefined
  /** Which pg_dump writes the definitions: the one inside this package (`auto`, `wasm`), `native` from PATH, or a path. */
  pgDump?: 'auto' | 'wasm' | 'native' | (string & {}) | undefined
}

/** Options with everything filled in. */
export interface ResolvedOptions {
  readonly servers: readonly ServerAddress[]
  readonly user: string
  readonly password: PostgresOptions['password']
  readonly passfile: string | undefined
  readonly database: string
  readonly sslMode: SslMode
  readonly tls: TlsOptions
  readonly sslNegotiation: 'postgres' | 'direct'
  readonly channelBinding: 'disable' | 'prefer' | 'require'
  readonly requireAuth: readonly string[]
  readonly targetSessionAttrs: TargetSessionAttrs
  readonly loadBalanceHosts: 'disable' | 'random'
  readonly startupOptions: string | undefined
  readonly stream: PostgresOptions['stream']
  readonly keepAlive: boolean
  readonly keepAliveInitialDelayMs: number
  readonly applicationName: string
  readonly connectTimeoutMs: number
  readonly allowPooler: boolean
  readonly lockTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly pgDump: string
}

/** Checks options and fills in defaults, throwing all problems at once. */
export function resolveOptions(target: string | PostgresOptions): ResolvedOptions {
  const asked: PostgresOptions = typeof target === 'string' ? { connectionString: target } : target
  refuseProblems(optionProblems(asked))
  const given = withConnectionOfOrm(asked)
  if (given !== asked) refuseProblems(optionProblems(given))
  const parsed = given.connectionString === undefined ? {} : parseTarget(given.connectionString)
  const pgNames = fromPgNames(given)
  const lists = {
    host: given.host ?? parsed.host,
    // An address belongs to its host.
    hostAddress: given.hostAddress ?? (given.host === undefined ? parsed.hostAddress : undefined),
    port: given.port ?? parsed.port,
  }
  refuseProblems([...serverListProblems(lists)])
  const options = { ...parsed, ...withoutUndefined(pgNames), ...withoutUndefined(given) }
  const user = options.user ?? operatingSystemUser()
  const resolved: ResolvedOptions = {
    servers: serverAddresses(lists),
    user,
    // pg hides it in objects that it has seen: it is there, but is not copied with the rest.
    password: given.password ?? parsed.password,
    passfile: options.passfile,
    database: options.database ?? user,
    sslMode: options.sslMode ?? 'prefer',
    tls: { ...copiedTls(parsed.tls), ...copiedTls(pgNames.tls), ...copiedTls(given.tls) },
    sslNegotiation: options.sslnegotiation ?? 'postgres',
    channelBinding: options.channelBinding ?? 'prefer',
    requireAuth: options.requireAuth ?? [],
    targetSessionAttrs: options.targetSessionAttrs ?? 'any',
    loadBalanceHosts: options.loadBalanceHosts ?? 'disable',
    startupOptions: options.options,
    stream: options.stream,
    keepAlive: options.keepAlive ?? true,
    // Before most firewalls forget a silent connection; the system's own default is two hours.
    keepAliveInitialDelayMs: options.keepAliveInitialDelayMillis ?? 60_000,
    applicationName: options.applicationName ?? 'pgark',
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    allowPooler: options.allowPooler ?? false,
    lockTimeoutMs: options.lockTimeoutMs ?? 10_000,
    idleTimeoutMs: options.idleTimeoutMs ?? 300_000,
    pgDump: options.pgDump ?? 'auto',
  }
  refuseProblems([...combinationProblems(resolved)])
  return resolved
}

/** What the application's ORM connects to, where no database is named. */
function withConnectionOfOrm(given: PostgresOptions): PostgresOptions {
  const named = [given.connectionString, given.host, given.hostAddress, given.user, given.database]
  if (!given.orm || named.some((value) => value !== undefined)) return given
  return { ...given.orm.connection().options, ...withoutUndefined(given) }
}

/** A field that is there without a value does not hide what the connection string says. */
function withoutUndefined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>
}
