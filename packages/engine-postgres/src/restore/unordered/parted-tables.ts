import type { ContentsChunk, ContentsTable, Finding, ObjectSource } from '@pgark/core'
import { type ArchiveReader, type Codec, dataFileName, type TocEntry } from '@pgark/pg-archive'
import { PartedTable } from './parted-table.ts'

export interface UnorderedScope {
  readonly reader: ArchiveReader
  readonly source: ObjectSource
  /** What is restored. */
  readonly entries: readonly TocEntry[]
  readonly expected: ReadonlyMap<TocEntry, ContentsTable> | undefined
  /** Rows go into tables that are there already. */
  readonly intoTables: boolean
  /** Whether an entry may fail, and then must not be there in part. */
  readonly mayFail: (entry: TocEntry) => boolean
}

export interface PartedTables {
  /** By the id of the entry that has their rows. */
  readonly tables: ReadonlyMap<number, PartedTable>
  /** Why others are loaded in order. */
  readonly findings: readonly Finding[]
}

/** The tables whose parts can be loaded in any order. */
export async function partedTables(scope: UnorderedScope): Promise<PartedTables> {
  const { reader, entries, expected, intoTables, mayFail } = scope
  const stored = new Map<TocEntry, { table: ContentsTable; chunks: readonly ContentsChunk[] }>()
  for (const entry of entries) {
    const table = expected?.get(entry)
    if (table && entry.copyStatement && (await isWhole(table, scope)))
      stored.set(entry, { table, chunks: table.chunks ?? [] })
  }
  if (stored.size === 0) return { tables: new Map(), findings: [inOrder('No table is stored in several parts')] }
  if (intoTables) {
    // Keys, triggers and indexes of theirs are the target's.
    return { tables: new Map(), findings: [inOrder('The rows go into tables that are there already')] }
  }
  const reasons = orderedTables(reader.archive.entries)
  const tables = new Map<number, PartedTable>()
  const findings: Finding[] = []
  for (const [entry, { table, chunks }] of stored) {
    const [tableId = 0] = entry.dependencies
    const reason = mayFail(entry) ? 'its rows may be missing, all or none' : reasons.get(tableId)
    if (reason !== undefined) {
      findings.push(inOrder(`${table.schema}.${table.name}: ${reason}`))
      continue
    }
    const { object } = table
    const codec = codecOf(entry, object)
    if (!codec) continue
    const parts = chunks.map((chunk, at) => ({
      ...{ source: scope.source, object, codec, chunk },
      isLast: at === chunks.length - 1,
    }))
    tables.set(entry.dumpId, new PartedTable(entry, table, parts))
  }
  return { tables, findings }
}

/** Whether a table has parts, and they follow each other from the beginning of its object to its end. */
async function isWhole({ chunks = [], object }: ContentsTable, { source }: UnorderedScope): Promise<boolean> {
  let end = 0
  for (const { offset, sizeBytes } of chunks) {
    if (offset !== end) return false
    end += sizeBytes
  }
  return chunks.length > 1 && end === (await source.sizeOf(object))
}

/** Tables that lose something when their rows lie in another order, by the id of their definition. */
function orderedTables(entries: readonly TocEntry[]): ReadonlyMap<number, string> {
  const reasons = new Map<number, string>()
  for (const { description = '', definition = '', dependencies } of entries) {
    if (description !== 'INDEX' && description !== 'CONSTRAINT') continue
    const reason = / USING brin /.test(definition)
      ? 'it has a BRIN index'
      : /^ALTER TABLE .* CLUSTER ON /m.test(definition) && 'it is clustered'
    if (reason) for (const id of dependencies) reasons.set(id, reason)
  }
  return reasons
}

const codecs = ['none', 'gzip', 'zstd'] as const

const codecOf = ({ dumpId }: TocEntry, object: string): Codec | undefined =>
  codecs.find((codec) => dataFileName(dumpId, codec) === object)

const inOrder = (why: string): Finding => ({
  severity: 'info',
  code: 'RESTORE.IN_ORDER',
  message: `${why}: loaded in order, each table by one connection.`,
})
