import { ArchiveError } from '../archive-error.ts'
import type { TocEntry } from '../toc/model.ts'
import { namedData } from './named-data.ts'

/** What pg_dump writes behind the rows of a COPY, and behind INSERT statements, and the end of the line before. */
const endOfCopy = Buffer.from('\n\\.\n\n\n')
const endOfInserts = Buffer.from('\n\n\n')

/**
 * The content of a table's data, which must end as pg_dump ends it: nothing else tells that uncompressed data are whole, or that
 * an empty file is not what a disk without space left behind.
 */
export function tableContent(entry: TocEntry, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const what = `the data of entry ${entry.dumpId}`
  const end = entry.copyStatement ? endOfCopy : endOfInserts
  return namedData(endsWith(content, end), what, entry.dumpId)
}

async function* endsWith(content: AsyncIterable<Uint8Array>, end: Buffer): AsyncGenerator<Uint8Array> {
  // As if a line had ended before, where the rows would begin.
  let last = Buffer.from('\n')
  for await (const chunk of content) {
    // Copied: a chunk may be lent, until the next one is asked for.
    const tail = chunk.subarray(-end.length)
    last = tail.length === end.length ? Buffer.from(tail) : Buffer.concat([last, tail]).subarray(-end.length)
    yield chunk
  }
  if (last.equals(end)) return
  throw new ArchiveError('ARCHIVE.TRUNCATED', 'The rows end without the marker that pg_dump writes behind them.', {
    hint: 'the file was cut or changed after it was written; use another copy',
  })
}
