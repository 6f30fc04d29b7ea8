import { createHash } from 'node:crypto'
import { type ContentsChunk, type ObjectSource, PgarkError } from '@pgark/core'
import { ArchiveError, type Codec, decompress } from '@pgark/pg-archive'
import { endOfRows } from '../../archive/table-file.ts'

export interface StoredPart {
  readonly source: ObjectSource
  readonly object: string
  readonly codec: Codec
  readonly chunk: ContentsChunk
  /** The last part of a table has the marker behind the rows; the others get one. */
  readonly isLast: boolean
}

const hint = 'it was damaged or replaced after the backup; use another copy'

/** The rows of a part, as of a table of their own. Their end only comes when every byte of the part is known to be what was stored. */
export async function* partContent(part: StoredPart, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const content = decompress(checked(part, signal), part.codec)
  yield* part.isLast ? withoutEnd(content) : content
  yield endOfRows
}

async function* checked(
  { source, object, chunk: { offset, sizeBytes, sha256 } }: StoredPart,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  const end = offset + sizeBytes
  for await (const bytes of source.read(object, { signal, range: { start: offset, end } })) {
    hash.update(bytes)
    yield bytes
  }
  if (hash.digest('hex') === sha256) return
  throw new PgarkError('DAMAGE.HASH', `Bytes ${offset} to ${end} of ${object} are not what was stored there.`, { hint })
}

/** Holds back as many bytes as the marker has. */
async function* withoutEnd(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held = Buffer.alloc(0)
  for await (const chunk of content) {
    const tail = Math.min(chunk.byteLength, endOfRows.length)
    const kept = Math.min(held.length, endOfRows.length - tail)
    if (held.length > kept) yield held.subarray(0, held.length - kept)
    if (chunk.byteLength > tail) yield chunk.subarray(0, chunk.byteLength - tail)
    held = Buffer.concat([held.subarray(held.length - kept), chunk.subarray(chunk.byteLength - tail)])
  }
  if (held.equals(endOfRows)) return
  throw new ArchiveError('ARCHIVE.TRUNCATED', 'The rows end without the marker that pg_dump writes behind them.', {
    hint,
  })
}
