import { userInfo } from 'node:os'
import type { ConnectionOptions as TlsOptions } from 'node:tls'
import { didYouMean, type Problem, refuseProblems } from '@pgark/core'
import { z } from 'zod'
import { parseTarget } from './connection/parse-target.ts'

/** How libpq names the use of TLS; `prefer` falls back to an unencrypted connection, `require` does not check the certificate. */
export type SslMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full'

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database?sslmode=…` or `host=… dbname=…`. The other fields win over it. */
  connectionString?: string
  /** Default `localhost`. A path is a folder with unix sockets. */
  host?: string
  /** Default 5432. */
  port?: number
  /** Default: the name of the operating system's user. */
  user?: string
  /** A function is called for each connection, for tokens that expire. Never printed. */
  password?: string | (() => string | Promise<string>)
  /** Default: the user's name. */
  database?: string
  /** Default `prefer`. */
  sslMode?: SslMode
  /** TLS settings beyond the mode: `ca`, `cert`, `key`, `servername`. */
  tls?: TlsOptions
  /** Shown in `pg_stat_activity`. Default `pgark`. */
  applicationName?: string
  /** Longest wait for a connection, in ms. Default 10,000. */
  connectTimeoutMs?: number
  /** Longest wait for a lock on a table, in ms. Default 10,000. */
  lockTimeoutMs?: number
  /**
   * Longest silence of a connection on which a statement runs, in ms, before the server is asked whether it still works on it; and of
   * the server while pg_dump waits for an answer. Default 300,000.
   */
  idleTimeoutMs?: number
  /** Which pg_dump writes the definitions: the one inside this package (`auto`, `wasm`), `native` from PATH, or a path. */
  pgDump?: 'auto' | 'wasm' | 'native' | (string & {})
}

/** Options with everything filled in. */
export interface ResolvedOptions {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: PostgresOptions['password']
  readonly database: string
  readonly sslMode: SslMode
  readonly tls: TlsOptions
  readonly applicationName: string
  readonly connectTimeoutMs: number
  readonly lockTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly pgDump: string
}

const milliseconds = z.number().int().min(1).max(2_147_483_647)
const schema = z.strictObject({
  connectionString: z.string().optional(),
  host: z.string().min(1).optional(),
  port: z.number().int().min(1).max(65535).optional(),
  user: z.string().min(1).optional(),
  password: z.union([z.string(), z.custom<() => string>((value) => typeof value === 'function')]).optional(),
  database: z.string().min(1).optional(),
  sslMode: z.enum(['disable', 'prefer', 'require', 'verify-ca', 'verify-full']).optional(),
  tls: z.record(z.string(), z.unknown()).optional(),
  applicationName: z.string().max(63).optional(),
  connectTimeoutMs: milliseconds.optional(),
  lockTimeoutMs: milliseconds.optional(),
  idleTimeoutMs: milliseconds.optional(),
  pgDump: z.string().min(1).optional(),
})

/** Checks options and fills in defaults, throwing all problems at once. */
export function resolveOptions(target: string | PostgresOptions): ResolvedOptions {
  const given: PostgresOptions = typeof target === 'string' ? { connectionString: target } : target
  refuseProblems(checkShape(given))
  const parsed = given.connectionString === undefined ? {} : parseTarget(given.connectionString)
  const user = given.user ?? parsed.user ?? operatingSystemUser()
  return {
    host: given.host ?? parsed.host ?? 'localhost',
    port: given.port ?? parsed.port ?? 5432,
    user,
    password: given.password ?? parsed.password,
    database: given.database ?? parsed.database ?? user,
    sslMode: given.sslMode ?? parsed.sslMode ?? 'prefer',
    tls: { ...parsed.tls, ...given.tls },
    applicationName: given.applicationName ?? parsed.applicationName ?? 'pgark',
    connectTimeoutMs: given.connectTimeoutMs ?? parsed.connectTimeoutMs ?? 10_000,
    lockTimeoutMs: given.lockTimeoutMs ?? 10_000,
    idleTimeoutMs: given.idleTimeoutMs ?? 300_000,
    pgDump: given.pgDump ?? 'auto',
  }
}

function checkShape(given: PostgresOptions): Problem[] {
  const result = schema.safeParse(given)
  if (result.success) return []
  return result.error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [{ message: `Option ${issue.path.join('.')}: ${issue.message}.` }]
    return issue.keys.map((key) => {
      const hint = didYouMean(key, Object.keys(schema.shape))
      return { message: `Unknown option ${key} of postgres().`, ...(hint && { hint }) }
    })
  })
}

/** Containers may run under an id that has no name; then a user must be given. */
function operatingSystemUser(): string {
  try {
    return userInfo().username
  } catch {
    refuseProblems([
      { message: 'No user is given, and that of the operating system has no name.', hint: 'give a user' },
    ])
    return ''
  }
}
