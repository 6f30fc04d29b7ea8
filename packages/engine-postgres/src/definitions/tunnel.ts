import type { Duplex } from 'node:stream'
import { PgarkError } from '@pgark/core'
import type pg from 'pg'
import { bodiesOf, joined, MessageScanner, messageType } from './message-scanner.ts'

const READY_FOR_QUERY = messageType('Z')

/** The wire of an authenticated connection, with pg's own parser taken off it. */
export interface Tunnel {
  /**
   * Writes whole messages and resolves with everything the server sends up to the `answers`-th ReadyForQuery. One at a time.
   *
   * Rejects with `ENGINE.CONNECTION_LOST`, with `ENGINE.TIMEOUT` after `idleTimeoutMs` without a byte, or with the signal's reason.
   */
  exchange(request: Uint8Array, answers: number): Promise<Uint8Array<ArrayBuffer>>
  /** Gives the wire back to pg. Only between exchanges. */
  release(): void
  /** Closes the socket, because the session is in an unknown state; resolves when pg has noticed. */
  destroy(): Promise<void>
}

export interface TunnelOptions {
  /** Longest silence of the server while an answer is awaited. */
  readonly idleTimeoutMs: number
  readonly signal: AbortSignal
}

interface Pending {
  answersLeft: number
  resolve(answer: Uint8Array<ArrayBuffer>): void
  reject(reason: unknown): void
}

/** Takes the wire of `client`, which must be connected and idle. Linear in the bytes received. */
export function openTunnel(client: pg.Client, options: TunnelOptions): Tunnel {
  const { idleTimeoutMs, signal } = options
  const stream = wireOf(client)
  const scanner = new MessageScanner()
  let received: Uint8Array[] = []
  let pending: Pending | undefined
  let failure: { readonly reason: unknown } | undefined
  let watchdog: NodeJS.Timeout | undefined

  const settle = () => {
    const settled = pending
    pending = undefined
    clearTimeout(watchdog)
    watchdog = undefined
    return settled
  }
  const fail = (reason: unknown) => {
    failure ??= { reason }
    settle()?.reject(failure.reason)
  }
  const onData = (chunk: Buffer) => {
    received.push(chunk)
    watchdog?.refresh()
    try {
      for (const { type, end } of scanner.scan(chunk)) {
        if (type !== READY_FOR_QUERY || pending === undefined || --pending.answersLeft > 0) continue
        const answer = joined([...received.slice(0, -1), chunk.subarray(0, end)])
        // libpq asks again only after its answer, so what follows is a notice or the server's goodbye: kept for the next turn.
        received = [chunk.subarray(end)]
        settle()?.resolve(answer)
      }
    } catch (error) {
      fail(connectionLost([], error))
    }
  }
  const onAbort = () => fail(signal.reason)
  const onError = (error: Error) => fail(connectionLost(received, error))
  const onClose = () => fail(connectionLost(received))

  const parsers = stream.listeners('data') as ((chunk: Buffer) => void)[]
  // A listener, as pg's parser is one: an iterator would close the socket when it is left.
  stream.on('data', onData)
  for (const parser of parsers) stream.off('data', parser)
  stream.on('error', onError).on('end', onClose).on('close', onClose)
  // pg emits 'error' when the socket goes; without a listener that would end the process. Ours is told by the stream.
  const ignore = () => {}
  client.on('error', ignore)
  let noticed = stream.destroyed
  const ended = new Promise<void>((resolve) => {
    client.once('end', () => {
      noticed = true
      resolve()
    })
  })
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) onAbort()
  if (stream.destroyed) onClose()

  const release = () => {
    clearTimeout(watchdog)
    for (const parser of parsers) stream.on('data', parser)
    stream.off('data', onData).off('error', onError).off('end', onClose).off('close', onClose)
    client.off('error', ignore)
    signal.removeEventListener('abort', onAbort)
  }
  return {
    exchange(request, answers) {
      return new Promise((resolve, reject) => {
        if (failure) return reject(failure.reason)
        pending = { answersLeft: answers, resolve, reject }
        watchdog = setTimeout(() => fail(silence(idleTimeoutMs)), idleTimeoutMs)
        stream.write(request)
      })
    },
    release,
    async destroy() {
      stream.destroy()
      // The client's word, not the stream's: a TLS socket closes before the socket below it, which is the one pg listens to.
      if (!noticed) await ended
      release()
    },
  }
}

function wireOf(client: pg.Client): Duplex {
  // pg-native's client has neither, whatever the types say.
  const stream: Duplex | undefined = client.connection?.stream
  if (stream) return stream
  throw new PgarkError('ENGINE.PG_DUMP_UNAVAILABLE', 'pg_dump needs a client of pg that is written in JavaScript', {
    hint: 'Do not use pg-native, nor NODE_PG_FORCE_NATIVE.',
  })
}

function silence(idleTimeoutMs: number): PgarkError {
  return new PgarkError(
    'ENGINE.TIMEOUT',
    `The server sent nothing for ${idleTimeoutMs} ms while pg_dump waited for an answer`,
    { hint: 'Check the network between here and the server.', meta: { idleTimeoutMs }, retryable: true },
  )
}

/** With the server's last words, if there are any. Only its primary message: detail and context quote values. */
function connectionLost(received: readonly Uint8Array[], cause?: unknown): PgarkError {
  const last = lastError(received)
  const field = (letter: string) => last.find((text) => text.startsWith(letter))?.slice(1)
  const words = field('M') ?? (cause instanceof Error ? cause.message : undefined)
  return new PgarkError(
    'ENGINE.CONNECTION_LOST',
    `The connection to the server was lost while pg_dump read the definitions${words ? `: ${words}` : ''}`,
    { meta: { sqlState: field('C') }, cause, retryable: true },
  )
}

/** The fields of the last ErrorResponse, each with its letter. */
function lastError(received: readonly Uint8Array[]): string[] {
  return bodiesOf('E', joined(received)).at(-1)?.toString('utf8').split('\0') ?? []
}
