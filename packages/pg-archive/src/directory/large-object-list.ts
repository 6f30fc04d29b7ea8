import { ArchiveError } from '../archive-error.ts'

const line = /^([1-9]\d{0,9}) (blob_\1\.dat)$/
const highestOid = 0xffff_ffff
/** Longer than any line that pg_dump writes. */
const longestLine = 100

/** The lines of a `blobs.toc`: a large object and the file that it is in. */
export async function* readLargeObjectList(
  source: AsyncIterable<Uint8Array>,
  fileName: string,
): AsyncGenerator<{ oid: number; name: string }> {
  let text = ''
  for await (const chunk of source) {
    text += Buffer.from(chunk).toString('latin1')
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const each of lines) yield parse(each, fileName)
    if (text.length > longestLine) throw corrupt(fileName)
  }
  if (text !== '') {
    throw new ArchiveError('ARCHIVE.TRUNCATED', `${fileName} ends within a line.`, { hint: 'use another copy' })
  }
}

function parse(text: string, fileName: string): { oid: number; name: string } {
  const [, oid, name] = line.exec(text) ?? []
  if (name === undefined || Number(oid) > highestOid) throw corrupt(fileName)
  return { oid: Number(oid), name }
}

const corrupt = (fileName: string) =>
  new ArchiveError('ARCHIVE.CORRUPT', `${fileName} has a line that pg_dump never writes.`, { hint: 'use another copy' })
