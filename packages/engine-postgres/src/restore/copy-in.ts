import type pg from 'pg'
import { feed } from '../connection/watch-silence.ts'
import { queryMessage, type WireConnection } from './raw-statement.ts'

const copyData = 0x64
const copyDone = Buffer.from([0x63, 0, 0, 0, 4])
const copyFail = Buffer.from([0x66, 0, 0, 0, 5, 0])

/**
 * Runs a `COPY … FROM STDIN` given as bytes and sends it the rows as they come, no faster than the server takes them. Answers the
 * rows that the server stored. Chunks that are lent are handed back when they are on their way. When the server refuses a row no more
 * are read, and `onRefused` may end the waiting for the next ones; when reading the rows fails, the COPY is cancelled and that error
 * is thrown.
 */
export async function copyIn(
  client: pg.Client,
  sql: Uint8Array,
  data: AsyncIterable<Uint8Array & Partial<Disposable>>,
  onRefused = () => {},
): Promise<number> {
  const copy = startCopy(client, sql)
  // The server may refuse the statement before it asks for rows, or fail while they are on their way.
  const stream = await Promise.race([copy.started, copy.failed])
  let refused: unknown
  copy.failed.catch((error) => {
    refused = error
    onRefused()
  })
  try {
    for await (const chunk of feed(client, data)) {
      if (refused || stream.destroyed) break
      const header = Buffer.allocUnsafe(5)
      header[0] = copyData
      header.writeInt32BE(chunk.byteLength + 4, 1)
      stream.cork()
      stream.write(header)
      const isRoom = stream.write(chunk, () => chunk[Symbol.dispose]?.())
      stream.uncork()
      if (!isRoom && !stream.destroyed) await untilRoom(stream)
    }
  } catch (error) {
    if (refused) throw refused
    stream.write(copyFail)
    await copy.failed.catch(() => {})
    throw error
  }
  if (!refused) stream.write(copyDone)
  return await Promise.race([copy.done, copy.failed])
}

/**
 * A server that refused rows still takes the rest, so that the socket empties, or closes. No race with the COPY's own promise: it
 * lives until the table ends and would keep a reaction for each wait.
 */
function untilRoom(stream: WireConnection['stream']): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done).off('close', done)
      resolve()
    }
    stream.on('drain', done).on('close', done)
  })
}

interface RunningCopy {
  /** The server asks for rows. */
  readonly started: Promise<WireConnection['stream']>
  readonly done: Promise<number>
  readonly failed: Promise<never>
}

function startCopy(client: pg.Client, sql: Uint8Array): RunningCopy {
  const started = Promise.withResolvers<WireConnection['stream']>()
  const done = Promise.withResolvers<number>()
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => {})
  let connection: WireConnection | undefined
  let rows = 0
  client.query({
    submit(wire: pg.Connection) {
      connection = wire as unknown as WireConnection
      connection.stream.write(queryMessage(sql))
    },
    handleCopyInResponse: () => connection && started.resolve(connection.stream),
    handleCommandComplete({ text }: { text: string }) {
      rows = Number(/^COPY (\d+)/.exec(text)?.[1] ?? 0)
    },
    handleError: failed.reject,
    handleReadyForQuery: () => done.resolve(rows),
  } as pg.Submittable)
  return { started: started.promise, done: done.promise, failed: failed.promise }
}
