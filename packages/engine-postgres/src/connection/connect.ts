import { Socket } from 'node:net'
import { isPgarkError } from '@pgark/core'
import type pg from 'pg'
import type { ResolvedOptions, TargetSessionAttrs } from '../options.ts'
import { authentication } from './authentication.ts'
import { connectError, type FailedServer, isFinal } from './connect-error.ts'
import { ConnectProblem } from './connect-problem.ts'
import { createClient } from './open-client.ts'
import { isProxied, lendsByTransaction, poolerError } from './pooler.ts'
import { describeServers, type ServerAddress } from './server-addresses.ts'
import { checkSessionAttributes, readSessionFacts } from './session-attributes.ts'
import { isRefusedForItsTls, tlsModes } from './tls-modes.ts'
import { watchSilence } from './watch-silence.ts'

/** How connections are made; every one of a run goes through the same connector. */
export interface Connector {
  readonly options: ResolvedOptions
  /** `user@host:port/database`, without the password. */
  readonly target: string
  /**
   * A new, authenticated connection, through a socket that `makeSocket` made where it is given and the options have no stream of
   * their own; the caller ends it. Rejects with `ENGINE.CONNECT` within `connectTimeoutMs` for each host, or
   * with `REFUSED.POOLER`. When `signal` aborts the connection is cut, whatever it is waiting for; statements then reject, and their
   * transaction is rolled back.
   */
  connect(signal: AbortSignal, database?: string, makeSocket?: () => Socket): Promise<pg.Client>
}

/** What is remembered of a server, so that later connections begin with what worked. */
interface KnownServer {
  readonly server: ServerAddress
  mode: number
  isChecked: boolean
}

export function createConnector(options: ResolvedOptions): Connector {
  const ordered = options.loadBalanceHosts === 'random' ? shuffled(options.servers) : options.servers
  const servers = ordered.map((server): KnownServer => ({ server, mode: 0, isChecked: options.allowPooler }))
  const describe = (database: string) => `${options.user}@${describeServers(options.servers)}/${database}`
  const wanted = options.targetSessionAttrs
  const passes: TargetSessionAttrs[] = wanted === 'prefer-standby' ? ['standby', 'any'] : [wanted]
  return {
    options,
    target: describe(options.database),
    async connect(signal, database = options.database, makeSocket = () => new Socket()) {
      let failures: FailedServer[] = []
      for (const attributes of passes) {
        failures = []
        for (const known of [...servers]) {
          try {
            const client = await connectTo(options, known, { database, attributes, signal, makeSocket })
            // A run's connections must be to one server.
            servers.splice(servers.indexOf(known), 1)
            servers.unshift(known)
            return client
          } catch (error) {
            signal.throwIfAborted()
            if (isPgarkError(error)) throw error
            failures.push({ server: known.server, error })
            if (isFinal(error)) throw connectError(failures, describe(database))
          }
        }
      }
      throw connectError(failures, describe(database))
    },
  }
}

function shuffled(servers: readonly ServerAddress[]): ServerAddress[] {
  return servers
    .map((server) => ({ server, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ server }) => server)
}

interface Attempt {
  readonly database: string
  readonly attributes: TargetSessionAttrs
  readonly signal: AbortSignal
  readonly makeSocket: () => Socket
}

/** All within `connectTimeoutMs`: the name's address, TLS, fallbacks, the password, and what is asked of the server. */
async function connectTo(options: ResolvedOptions, known: KnownServer, attempt: Attempt): Promise<pg.Client> {
  const { connectTimeoutMs } = options
  const deadline = new AbortController()
  const timer = setTimeout(() => {
    deadline.abort(new ConnectProblem(`no answer within ${connectTimeoutMs} ms`, 'check host, port and firewalls'))
  }, connectTimeoutMs)
  const open = () => openWithTls(options, known, attempt, deadline.signal)
  let client: pg.Client | undefined
  try {
    client = await open()
    if (attempt.attributes === 'any' && known.isChecked) return client
    const facts = await readSessionFacts(client)
    checkSessionAttributes(attempt.attributes, facts)
    if (!known.isChecked && isProxied(client, facts) && (await lendsByTransaction(client, open))) {
      throw poolerError(`${options.user}@${describeServers([known.server])}/${attempt.database}`, known.server, facts)
    }
    known.isChecked = true
    return client
  } catch (error) {
    if (client) await cut(client)
    throw deadline.signal.aborted ? deadline.signal.reason : error
  } finally {
    clearTimeout(timer)
  }
}

async function openWithTls(
  options: ResolvedOptions,
  known: KnownServer,
  { database, signal, makeSocket }: Attempt,
  deadline: AbortSignal,
): Promise<pg.Client> {
  const modes = tlsModes(options, known.server.host)
  for (let mode = known.mode; ; mode = (mode + 1) % modes.length) {
    signal.throwIfAborted()
    deadline.throwIfAborted()
    const ssl = modes[mode] ?? false
    const authenticated = authentication(options, known.server, database)
    const client = createClient(options, known.server, { database, ssl, makeSocket, ...authenticated })
    const wire = client.connection.stream
    const createProbe = () =>
      createClient(options, known.server, {
        database,
        ssl,
        makeSocket: () => new Socket(),
        ...authentication(options, known.server, database),
      })
    cutOnAbort(client, signal)
    const atDeadline = () => void client.connection.stream.destroy(deadline.reason)
    deadline.addEventListener('abort', atDeadline)
    client.once('end', () => deadline.removeEventListener('abort', atDeadline))
    try {
      await client.connect()
      authenticated.check()
      const target = `${options.user}@${describeServers([known.server])}/${database}`
      await watchSilence(client, wire, { ...options, target, createProbe })
      known.mode = mode
      return client
    } catch (error) {
      await cut(client)
      deadline.throwIfAborted()
      const isLast = (mode + 1) % modes.length === known.mode
      if (isLast || !isRefusedForItsTls(error, ssl)) throw error
    }
  }
}

/** Ends a connection without a word, in whatever state it is. */
async function cut(client: pg.Client): Promise<void> {
  client.connection.stream.destroy()
  await client.end().catch(() => {})
}

function cutOnAbort(client: pg.Client, signal: AbortSignal): void {
  // pg does not document its connection, but has no other way to end a statement that waits.
  const onAbort = () => void client.connection.stream.destroy()
  signal.addEventListener('abort', onAbort, { once: true })
  client.once('end', () => signal.removeEventListener('abort', onAbort))
}
