import type { BackupRequest, RunContext } from '@pgark/core'
import { inForeignKeyOrder } from '../catalogue/foreign-key-order.ts'
import type { Relation } from '../catalogue/relations.ts'
import { readTableShapes, type TableShape } from '../catalogue/table-columns.ts'
import { readTableSizes } from '../catalogue/table-sizes.ts'
import { blocksIn, rangeCount } from '../copy/block-ranges.ts'
import type { HeldSnapshot } from '../snapshot/held-snapshot.ts'

/** A table whose rows are to be written. */
export interface TableToCopy {
  readonly relation: Relation
  readonly shape: TableShape
  /** On disk. */
  readonly sizeBytes: number
  /** Blocks of its own file; 0 where it can only be read as a whole. */
  readonly blocks: number
  /** How many are read with one statement, and how many of those follow each other in one chunk of a data file. */
  readonly blocksPerRange: number
  readonly rangesPerChunk: number
}

/** What is read with one statement, of a table that several connections can read. */
export const rangeBytes = 4 * 1024 * 1024

/** The first server that finds a range of blocks without reading the others. */
const rangesSince = 140_000

/** The tables whose rows are read, as they will be read, ordered so that a restore of rows alone meets its foreign keys. */
export async function describeTables(
  snapshot: HeldSnapshot,
  { chunkBytes }: Pick<BackupRequest, 'chunkBytes'>,
  run: RunContext,
): Promise<TableToCopy[]> {
  const tables = await inForeignKeyOrder(snapshot.client, snapshot.selected.withRows)
  const oids = tables.map(({ oid }) => oid)
  const shapes = await readTableShapes(snapshot.client, oids)
  const sizes = await readTableSizes(snapshot.client, oids)
  const described = tables.map((relation) => {
    const shape = shapes.get(relation.oid) ?? { columns: [], loadInto: undefined }
    const size = sizes.get(relation.oid) ?? { bytes: 0, blocks: 0 }
    const isInRanges =
      snapshot.server.versionNum >= rangesSince && shape.columns.length > 0 && !relation.extensionCondition
    const blocksPerRange = blocksIn(rangeBytes, size)
    return {
      relation,
      shape,
      sizeBytes: size.bytes,
      blocks: isInRanges ? size.blocks : 0,
      blocksPerRange,
      rangesPerChunk: Math.max(1, blocksIn(chunkBytes, size) / blocksPerRange),
    }
  })
  run.onEvent({
    type: 'plan',
    database: snapshot.server.database,
    tables: tables.length,
    estimatedRows: tables.reduce((sum, { estimatedRows }) => sum + Math.max(0, estimatedRows), 0),
    estimatedBytes: described.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  })
  return described
}

/** Whether several connections can read it at once. */
export const isInRanges = ({ blocks, blocksPerRange }: TableToCopy) => rangeCount(blocks, blocksPerRange) > 1
