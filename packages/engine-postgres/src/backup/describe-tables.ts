import type { RunContext } from '@pgark/core'
import { inForeignKeyOrder } from '../catalogue/foreign-key-order.ts'
import type { Relation } from '../catalogue/relations.ts'
import { readTableShapes, type TableShape } from '../catalogue/table-columns.ts'
import { readTableSizes } from '../catalogue/table-sizes.ts'
import { type BlockRange, blockRanges, rangesSince } from '../copy/block-ranges.ts'
import type { HeldSnapshot } from '../snapshot/held-snapshot.ts'

/** A table whose rows are to be written. */
export interface TableToCopy {
  readonly relation: Relation
  readonly shape: TableShape
  /** On disk. */
  readonly sizeBytes: number
  /** How it is read; a single one is the whole table. */
  readonly ranges: readonly BlockRange[]
}

/** The tables whose rows are read, as they will be read, ordered so that a restore of rows alone meets its foreign keys. */
export async function describeTables(snapshot: HeldSnapshot, run: RunContext): Promise<TableToCopy[]> {
  const tables = await inForeignKeyOrder(snapshot.client, snapshot.selected.withRows)
  const oids = tables.map(({ oid }) => oid)
  const shapes = await readTableShapes(snapshot.client, oids)
  const sizes = await readTableSizes(snapshot.client, oids)
  const described = tables.map((relation) => {
    const shape = shapes.get(relation.oid) ?? { columns: [], loadInto: undefined }
    const { bytes = 0, blocks = 0 } = sizes.get(relation.oid) ?? {}
    const isInRanges =
      snapshot.server.versionNum >= rangesSince && shape.columns.length > 0 && !relation.extensionCondition
    return { relation, shape, sizeBytes: bytes, ranges: blockRanges(isInRanges ? blocks : 0) }
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
