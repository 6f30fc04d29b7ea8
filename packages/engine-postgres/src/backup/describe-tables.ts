import type { BackupRequest, RunContext } from '@pgark/core'
import { inForeignKeyOrder } from '../catalogue/foreign-key-order.ts'
import type { Relation } from '../catalogue/relations.ts'
import { readTableShapes, type TableShape } from '../catalogue/table-columns.ts'
import { readTableSizes } from '../catalogue/table-sizes.ts'
import { blocksIn, rangeCount, rangesSince } from '../copy/block-ranges.ts'
import { isPerRow } from '../filters/is-per-row.ts'
import { planned, type RowNumbers, rowNumbers, shareOf } from '../filters/row-numbers.ts'
import type { TableFilter, TableFilters } from '../filters/table-filter.ts'
import type { HeldSnapshot } from '../snapshot/held-snapshot.ts'

/** A table whose rows are to be written. */
export interface TableToCopy {
  readonly relation: Relation
  readonly shape: TableShape
  /** Which of its rows; undefined: all. */
  readonly filter: TableFilter | undefined
  /** On disk. */
  readonly sizeBytes: number
  /**
   * Rows that will be read, by the planner's estimate, and what they take of that; rows are -1 where it was never analysed. Of a filter
   * with very many values it is not asked: all rows.
   */
  readonly estimatedRows: number
  readonly estimatedBytes: number
  /** Blocks of its own file; 0 where it can only be read as a whole. */
  readonly blocks: number
  /** How many are read with one statement, and how many of those follow each other in one chunk of a data file. */
  readonly blocksPerRange: number
  readonly rangesPerChunk: number
}

/** What is read with one statement, of a table that several connections can read. */
export const rangeBytes = 4 * 1024 * 1024

/** A statement is sent with each range: one with many values must not be the greater part of the work. */
const rangePerStatement = 16

/** A plan repeats its conditions, several times and in more characters: of a list of many values it is not worth the estimate. */
const longestPlanned = 1024 * 1024

/**
 * Several files are written at once, each by a connection of its own: a table that is no more than half of what each connection has to
 * read may be read as a whole, which costs the server less.
 */
const largestWholeShare = 1 / 2

/** The tables whose rows are read, as they will be read, ordered so that a restore of rows alone meets its foreign keys. */
export async function describeTables(
  snapshot: HeldSnapshot,
  { chunkBytes, jobs }: Pick<BackupRequest, 'chunkBytes' | 'jobs'>,
  filters: TableFilters,
  run: RunContext,
): Promise<TableToCopy[]> {
  const tables = await inForeignKeyOrder(snapshot.client, snapshot.selected.withRows)
  const oids = tables.map(({ oid }) => oid)
  const shapes = await readTableShapes(snapshot.client, oids)
  const sizes = await readTableSizes(snapshot.client, oids)
  const sizeOf = ({ oid }: Relation) => sizes.get(oid) ?? { bytes: 0, blocks: 0 }
  const totalBytes = tables.reduce((sum, relation) => sum + sizeOf(relation).bytes, 0)
  const wholeBytes = jobs === undefined ? 0 : Math.min(chunkBytes, (largestWholeShare * totalBytes) / jobs)
  const numbers = new Map<number, RowNumbers>()
  for (const relation of tables) {
    const filter = filters.get(relation.oid)
    if (!filter) continue
    const asked = filter.condition.length > longestPlanned ? undefined : filter
    numbers.set(relation.oid, await rowNumbers(snapshot.client, relation, asked, planned))
  }
  const described = tables.map((relation) => {
    const shape = shapes.get(relation.oid) ?? { columns: [], loadInto: undefined }
    const size = sizeOf(relation)
    const filter = filters.get(relation.oid)
    const isInRanges =
      size.bytes > wholeBytes &&
      snapshot.server.versionNum >= rangesSince &&
      shape.columns.length > 0 &&
      !relation.extensionCondition &&
      (!filter || isPerRow(filter.condition))
    const statementBytes = rangePerStatement * (filter?.condition.length ?? 0)
    const blocksPerRange = blocksIn(Math.max(rangeBytes, statementBytes), size)
    const expected = numbers.get(relation.oid)
    return {
      relation,
      shape,
      filter,
      sizeBytes: size.bytes,
      estimatedRows: expected ? expected.rows : relation.estimatedRows,
      estimatedBytes: expected ? shareOf(size.bytes, expected) : size.bytes,
      blocks: isInRanges ? size.blocks : 0,
      blocksPerRange,
      rangesPerChunk: Math.max(1, blocksIn(chunkBytes, size) / blocksPerRange),
    }
  })
  run.onEvent({
    type: 'plan',
    database: snapshot.server.database,
    tables: tables.length,
    estimatedRows: described.reduce((sum, { estimatedRows }) => sum + Math.max(0, estimatedRows), 0),
    estimatedBytes: described.reduce((sum, { estimatedBytes }) => sum + estimatedBytes, 0),
  })
  return described
}

/** Whether several connections can read it at once. */
export const isInRanges = ({ blocks, blocksPerRange }: TableToCopy) => rangeCount(blocks, blocksPerRange) > 1
