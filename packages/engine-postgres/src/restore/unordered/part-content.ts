import { createHash } from 'node:crypto'
import { type ContentsChunk, type ObjectSource, PgarkError } from '@pgark/core'
import { type Codec, decompress } from '@pgark/pg-archive'
import { endOfRows, withoutEndOfRows } from '../../archive/end-of-rows.ts'

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
  yield* part.isLast ? withoutEndOfRows(content) : content
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
