import { Socket } from 'node:net'
import { PgarkError } from '@pgark/core'
import type pg from 'pg'
import { askBackend, type BackendState, identifyBackend } from './ask-backend.ts'

/** How often the counters are looked at; more often where less time is allowed. */
const longestIntervalMs = 5000
const intervalsAtLeast = 10
/** Answers other than `working` in a row, each after a further interval of silence, by which a connection is given up. */
const doubtsToGiveUp = 3
/** Intervals in which a server closes a connection that was ended. */
const intervalsToEnd = 2

export interface SilenceOptions {
  /** For messages. */
  readonly target: string
  readonly idleTimeoutMs: number
  readonly connectTimeoutMs: number
  /** A connection to the same database, not made yet. */
  createProbe(): pg.Client
}

/** Connections that wait for rows of ours: their silence is not the server's. */
const waitingForUs = new WeakSet<pg.Client>()

/**
 * Watches a connection whose path may die without a word: packets that are dropped, a firewall that forgets a connection, a proxy
 * that goes on acknowledging. TCP keep-alive notices some of that, but not behind a proxy, and not while bytes that were sent are
 * not acknowledged (Linux tries for a quarter of an hour).
 *
 * Silence alone proves nothing. While an index is built, a lock awaited or a table sorted, no byte comes for hours, and all is
 * well. So when a statement runs and no byte has moved for `idleTimeoutMs`, the server is asked on a second connection what the
 * backend does. One that works is left alone, however long it takes. The connection is given up, and its statement rejects with
 * `ENGINE.TIMEOUT`, when the server has no such backend, when that waits for the network as we do, or when nobody answers. A
 * connection that was ended, and that the server does not close, is closed from here.
 *
 * The socket's counters are polled instead of its events being listened to: COPY takes those over. Polls are counted, not time: a
 * machine that slept has not been ignored.
 *
 * @param wire The socket below TLS, as it was before `client` connected; where it is no socket nothing is watched.
 */
export async function watchSilence(client: pg.Client, wire: unknown, options: SilenceOptions): Promise<void> {
  const backend = await identifyBackend(client)
  if (!(wire instanceof Socket)) return
  const { idleTimeoutMs, connectTimeoutMs } = options
  const intervalMs = Math.min(longestIntervalMs, Math.ceil(idleTimeoutMs / intervalsAtLeast))
  const intervalsAllowed = Math.ceil(idleTimeoutMs / intervalMs)
  let before = ''
  let intervals = 0
  let doubts = 0
  let isAsking = false

  const look = async () => {
    const now = `${wire.bytesRead} ${wire.bytesWritten}`
    const { isRunning, isEnding } = stateOf(client)
    const isSilent = now === before && (isEnding || (isRunning && isReading(wire) && !waitingForUs.has(client)))
    before = now
    if (!isSilent) {
      intervals = doubts = 0
      return
    }
    intervals += 1
    if (isEnding && intervals >= intervalsToEnd) client.connection.stream.destroy()
    if (isEnding || isAsking || intervals < intervalsAllowed) return
    isAsking = true
    const state = await askBackend(options.createProbe(), backend, connectTimeoutMs)
    isAsking = false
    // Bytes may have moved, or the statement have ended, while the server was asked.
    if (now !== `${wire.bytesRead} ${wire.bytesWritten}` || !stateOf(client).isRunning) return
    if (state === 'working') intervals = doubts = 0
    else doubts += 1
    if (state === 'gone' || doubts >= doubtsToGiveUp) client.connection.stream.destroy(silent(options, state))
  }
  const timer = setInterval(() => void look(), intervalMs)
  // The socket keeps the process alive, as long as there is one.
  timer.unref()
  client.once('end', () => clearInterval(timer))
}

/** Passes on rows for a connection, whose silence counts only while it has some of them to send. */
export async function* feed<T>(client: pg.Client, rows: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    waitingForUs.add(client)
    for await (const row of rows) {
      waitingForUs.delete(client)
      yield row
      waitingForUs.add(client)
    }
  } finally {
    waitingForUs.delete(client)
  }
}

/** pg does not document these, but has no other word for them. */
function stateOf(client: pg.Client): { isRunning: boolean; isEnding: boolean } {
  const { readyForQuery, _ending } = client as unknown as { readyForQuery: boolean; _ending: boolean }
  return { isRunning: !readyForQuery, isEnding: _ending }
}

/** Whoever takes bytes more slowly than they come stops the socket; only its handle knows, whatever way was chosen. */
function isReading(wire: Socket): boolean {
  const { _handle } = wire as unknown as { _handle?: { reading?: boolean } | null }
  return _handle?.reading !== false
}

const reasons: Readonly<Record<BackendState, string>> = {
  working: '',
  waiting: 'the server waits for the network too',
  gone: 'the server has ended it',
  unreachable: 'the server does not answer any more',
}

function silent({ target, idleTimeoutMs }: SilenceOptions, state: BackendState): PgarkError {
  return new PgarkError(
    'ENGINE.TIMEOUT',
    `The connection to ${target} fell silent: no byte came for ${idleTimeoutMs} ms, and ${reasons[state]}.`,
    {
      hint: 'check the network between here and the server, then run it again',
      retryable: true,
      meta: { target, idleTimeoutMs },
    },
  )
}
