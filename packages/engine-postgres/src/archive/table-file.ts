import { createHash } from 'node:crypto'
import type { ContentsChunk, ContentsTable } from '@pgark/core'
import { compress } from '@pgark/pg-archive'
import type { BackupSource } from '../backup/backup-parts.ts'
import { isInRanges, type TableToCopy } from '../backup/describe-tables.ts'
import { readTable } from '../backup/table-rows.ts'
import { rangeCount } from '../copy/block-ranges.ts'
import { addDigests, noRows } from '../copy/digest.ts'
import { endOfRows } from './end-of-rows.ts'

/**
 * A table's data file in a directory archive: its rows in chunks, each compressed on its own, which together are what stock tools
 * expect, since compressed members concatenate. The end marker stands only in the last: after one in the middle they would read
 * nothing more.
 */
export async function* tableFile(
  table: TableToCopy,
  source: BackupSource,
  object: string,
): AsyncGenerator<Uint8Array, ContentsTable> {
  const { codec, level } = source.request.compression
  const reading = readTable(table, source, object)
  const isChunked = isInRanges(table) && rangeCount(table.blocks, table.blocksPerRange) > table.rangesPerChunk
  const chunks: ContentsChunk[] = []
  let offset = 0
  let range = await reading.next()
  do {
    const chunk = { offset, sizeBytes: 0, rows: 0, bytes: 0, digest: noRows }
    async function* content() {
      for (let count = 0; range && count < table.rangesPerChunk; count++) {
        const receipt = yield* range
        chunk.rows += receipt.rows
        chunk.bytes += receipt.bytes
        chunk.digest = addDigests(chunk.digest, receipt.digest)
        range = await reading.next()
      }
      if (!range) yield endOfRows
    }
    // Of a single chunk it is the file's, which is made elsewhere.
    const hash = isChunked ? createHash('sha256') : undefined
    for await (const part of compress(content(), codec, level)) {
      hash?.update(part)
      chunk.sizeBytes += part.byteLength
      yield part
    }
    if (hash) chunks.push({ ...chunk, sha256: hash.digest('hex') })
    offset += chunk.sizeBytes
  } while (range)
  return { ...reading.finish(), ...(isChunked && { chunks }) }
}
