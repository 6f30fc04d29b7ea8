import { ArchiveError } from '@pgark/pg-archive'

/** What ends the rows of a table in an archive. */
export const endOfRows = Buffer.from('\\.\n\n\n')

/** The rows alone: holds back as many bytes as the marker has, which must come last. Chunks that are lent stay so. */
export async function* withoutEndOfRows(
  content: AsyncIterable<Uint8Array & Partial<Disposable>>,
): AsyncGenerator<Uint8Array & Partial<Disposable>> {
  let held = Buffer.alloc(0)
  for await (const chunk of content) {
    const tail = Math.min(chunk.byteLength, endOfRows.length)
    const kept = Math.min(held.length, endOfRows.length - tail)
    if (held.length > kept) yield held.subarray(0, held.length - kept)
    held = Buffer.concat([held.subarray(held.length - kept), chunk.subarray(chunk.byteLength - tail)])
    const rows = chunk.subarray(0, chunk.byteLength - tail)
    yield Object.assign(rows, { [Symbol.dispose]: () => chunk[Symbol.dispose]?.() })
  }
  if (held.equals(endOfRows)) return
  throw new ArchiveError('ARCHIVE.TRUNCATED', 'The rows end without the marker that pg_dump writes behind them.', {
    hint: 'it was damaged or replaced after the backup; use another copy',
  })
}
