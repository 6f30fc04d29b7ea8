import type { ConnectionOptions as TlsOptions } from 'node:tls'
import pg from 'pg'
import type { ResolvedOptions } from '../options.ts'
import { connectError } from './connect-error.ts'
import { guardProtocol } from './guard-protocol.ts'
import { watchSilence } from './watch-silence.ts'

/** How connections are made; every one of a run goes through the same connector. */
export interface Connector {
  readonly options: ResolvedOptions
  /** `user@host:port/database`, without the password. */
  readonly target: string
  /**
   * A new, authenticated connection; the caller ends it. Rejects with `ENGINE.CONNECT` within `connectTimeoutMs`. When `signal`
   * aborts the connection is cut, whatever it is waiting for; statements then reject, and their transaction is rolled back.
   */
  connect(signal: AbortSignal, database?: string): Promise<pg.Client>
}

/** int8 has values that a JavaScript number cannot hold. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8
      ? BigInt
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
}

export function createConnector(options: ResolvedOptions): Connector {
  const { user, host, port } = options
  const modes = tlsModes(options)
  let firstMode = 0
  return {
    options,
    target: `${user}@${host}:${port}/${options.database}`,
    async connect(signal, database = options.database) {
      for (let mode = firstMode; ; mode++) {
        signal.throwIfAborted()
        const create = () => createClient(options, database, modes[mode] ?? false)
        const client = create()
        const wire = client.connection.stream
        const target = `${user}@${host}:${port}/${database}`
        cutOnAbort(client, signal)
        try {
          await client.connect()
          await watchSilence(client, wire, { ...options, target, createProbe: create })
          // Later connections begin with what worked.
          firstMode = mode
          return client
        } catch (error) {
          await client.end().catch(() => {})
          signal.throwIfAborted()
          const canFallBack =
            mode + 1 < modes.length && error instanceof Error && /does not support SSL/.test(error.message)
          if (!canFallBack) throw connectError(error, target, options.connectTimeoutMs)
        }
      }
    },
  }
}

function createClient(options: ResolvedOptions, database: string, ssl: TlsOptions | false): pg.Client {
  const { host, port, user, password, applicationName, connectTimeoutMs } = options
  const client = new pg.Client({
    host,
    port,
    user,
    database,
    ...(password !== undefined && { password }),
    ssl,
    application_name: applicationName,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    // Before most firewalls forget a silent connection. Without it the system waits two hours; with it Node gives up ten seconds later.
    keepAliveInitialDelayMillis: 60_000,
    types,
  })
  guardProtocol(client)
  // A connection that is lost while idle is told by whoever uses it next, or watches it; without a listener it would end the process.
  client.on('error', () => {})
  return client
}

function cutOnAbort(client: pg.Client, signal: AbortSignal): void {
  // pg does not document its connection, but has no other way to end a statement that waits.
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } }
  const cut = () => void connection.stream.destroy()
  signal.addEventListener('abort', cut, { once: true })
  client.once('end', () => signal.removeEventListener('abort', cut))
}

/** What to try, in order. libpq's words: `require` encrypts without checking who answers, unless a root certificate is given. */
function tlsModes({ sslMode, tls, host }: ResolvedOptions): (TlsOptions | false)[] {
  if (host.startsWith('/')) return [false]
  const unchecked = { ...tls, rejectUnauthorized: false }
  const anyName = { ...tls, rejectUnauthorized: true, checkServerIdentity: () => undefined }
  if (sslMode === 'disable') return [false]
  if (sslMode === 'prefer') return [unchecked, false]
  if (sslMode === 'require') return [tls.ca === undefined ? unchecked : anyName]
  return [sslMode === 'verify-ca' ? anyName : { ...tls, rejectUnauthorized: true }]
}
