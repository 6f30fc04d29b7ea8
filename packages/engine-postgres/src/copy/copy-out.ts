import { PgarkError } from '@pgark/core'
import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'

const lineFeed = 0x0a

/**
 * Runs a `COPY … TO STDOUT` in text format and yields its bytes, which do not align with rows. Returns the rows, counted in the
 * bytes that passed: within COPY text a line feed is always the end of a row. Throws when the server counted otherwise, so that a
 * stream that was cut can never pass for a whole one.
 */
export async function* copyOut(
  client: pg.Client,
  sql: string,
  onBytes: (length: number) => void,
): AsyncGenerator<Uint8Array, number> {
  const stream = client.query(copyTo(sql))
  let rows = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    rows += countRows(chunk)
    onBytes(chunk.byteLength)
    yield chunk
  }
  // The server's own count comes with the message after the last row.
  await client.query('')
  if (stream.rowCount !== rows) {
    throw new PgarkError('ENGINE.COPY_OUT', `The server sent ${stream.rowCount} rows, ${rows} arrived.`)
  }
  return rows
}

function countRows(chunk: Buffer): number {
  let rows = 0
  for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, at + 1)) rows++
  return rows
}
