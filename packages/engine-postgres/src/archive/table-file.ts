import { createHash } from 'node:crypto'
import type { ContentsChunk, ContentsTable } from '@pgark/core'
import { compress } from '@pgark/pg-archive'
import type { BackupParts } from '../backup/backup-parts.ts'
import type { TableToCopy } from '../backup/describe-tables.ts'
import { readTable } from '../backup/table-rows.ts'

/** What ends the rows of a table in an archive. */
export const endOfRows = Buffer.from('\\.\n\n\n')

/**
 * A table's data file in a directory archive: its rows in chunks, each compressed on its own, which together are what stock tools
 * expect, since compressed members concatenate. The end marker stands only in the last: after one in the middle they would read
 * nothing more.
 */
export async function* tableFile(
  table: TableToCopy,
  parts: BackupParts,
  object: string,
): AsyncGenerator<Uint8Array, ContentsTable> {
  const { codec, level } = parts.request.compression
  const reading = readTable(table, parts, object)
  const chunks: ContentsChunk[] = []
  let offset = 0
  let range = await reading.next()
  do {
    const chunk = { offset, sizeBytes: 0, rows: 0, bytes: 0 }
    async function* content() {
      for (let count = 0; range && count < table.rangesPerChunk; count++) {
        const receipt = yield* range
        chunk.rows += receipt.rows
        chunk.bytes += receipt.bytes
        range = await reading.next()
      }
      if (!range) yield endOfRows
    }
    const hash = createHash('sha256')
    for await (const part of compress(content(), codec, level)) {
      hash.update(part)
      chunk.sizeBytes += part.byteLength
      yield part
    }
    chunks.push({ ...chunk, sha256: hash.digest('hex') })
    offset += chunk.sizeBytes
  } while (range)
  return { ...reading.finish(), ...(chunks.length > 1 && { chunks }) }
}
