import type { Engine, Problem } from '@pgark/core'
import { refuseProblems } from '@pgark/core'
import { isNativeClient } from './connection/native-client.ts'
import { type ConnectionTarget, parseTarget } from './connection/parse-target.ts'
import { copiedTls } from './connection/pg-client-config.ts'
import type { PostgresOptions } from './options.ts'
import { postgres } from './postgres.ts'

/** A `Pool` of pg, by its shape: it may come from any copy of pg, and be extended. */
export interface PgPool {
  readonly options: object
  readonly Client?: unknown
}

/** What a pool's options have to do with connections; the others are about the pool. */
const names = [
  ...['host', 'port', 'user', 'database', 'ssl', 'sslnegotiation', 'enableChannelBinding', 'options', 'stream'],
  ...['application_name', 'fallback_application_name', 'connectionTimeoutMillis'],
  ...['keepAlive', 'keepAliveInitialDelayMillis'],
] as const satisfies readonly (keyof PostgresOptions)[]

/**
 * The database that an application's pool is connected to. Connections are made as the pool would make them, but are its own: the
 * pool is not used, neither emptied nor ended.
 *
 * ```ts
 * await backup({ engine: fromPgPool(pool), to: file('shop.sql.zst') })
 * ```
 *
 * @param own Options of `postgres()` that win over the pool's.
 */
export function fromPgPool<Conditions = unknown>(
  pool: PgPool,
  own: PostgresOptions<Conditions> = {},
): Engine<Conditions> {
  const options = pool.options as Record<string, unknown>
  if (isNativeClient(pool.Client)) {
    refuseProblems([{ message: 'The pool is one of pg-native.', hint: 'make it of pg, or give postgres() a URL' }])
  }
  // Read by name: pg hides the password and the private key, so that they are not copied with the rest.
  const fields: Record<string, unknown> = {}
  for (const name of [...names, 'password'] as const) if (options[name] != null) fields[name] = options[name]
  if (typeof fields.ssl === 'object') fields.ssl = copiedTls(fields.ssl as PostgresOptions['tls'])
  if (typeof fields.port === 'string') fields.port = Number(fields.port)
  // pg takes the string's word against the fields'.
  const target: ConnectionTarget =
    typeof options.connectionString === 'string' ? parseTarget(options.connectionString) : {}
  const merged: PostgresOptions<Conditions> = { ...fields, ...target, ...own }
  if (merged.connectionString === undefined) refuseProblems([...unsaid(merged)])
  return postgres(merged)
}

/** What pg takes from the environment, where the pool does not say it. */
function* unsaid({ host, database, stream }: PostgresOptions): Iterable<Problem> {
  const missing = { ...(stream === undefined && { host }), database }
  for (const [name, value] of Object.entries(missing)) {
    if (value !== undefined) continue
    yield {
      message: `The pool does not say which ${name} it connects to.`,
      hint: `give ${name} to the pool, or here: it may take another one from the environment, which a library does not read`,
    }
  }
}
