import type { ContentsTable, CopyTask } from '@pgark/core'
import { quoteIdentifier, quoteLiteral } from '@pgark/pg-sql'
import type { TableShape } from '../catalogue/table-columns.ts'
import { type BlockRange, rangeCondition } from '../copy/block-ranges.ts'
import { addDigests, noRows } from '../copy/digest.ts'
import { readInOrder } from '../copy/read-in-order.ts'
import { qualifiedName } from '../snapshot/lock-tables.ts'
import type { BackupParts } from './backup-parts.ts'
import type { TableToCopy } from './describe-tables.ts'

/**
 * The statement that reads a table's own rows, or those in a range. `COPY table TO` reads that table ONLY, as a query must be told
 * to, and is faster than a query; a range and the rows of an extension's configuration need one.
 */
export function copyOutSql(
  { relation, shape }: Pick<TableToCopy, 'relation' | 'shape'>,
  encoding: string,
  range?: BlockRange,
): string {
  const name = qualifiedName(relation)
  const condition = range ? `WHERE ${rangeCondition(range)}` : relation.extensionCondition
  const source = condition
    ? `(SELECT ${shape.columns.map(quoteIdentifier).join(', ')} FROM ONLY ${name} ${condition})`
    : `${name}${columnList(shape)}`
  return `COPY ${source} TO STDOUT${encoding === 'UTF8' ? '' : ` (ENCODING ${quoteLiteral(encoding)})`}`
}

/** The statement that loads them. */
export function copyInSql({ relation, shape }: TableToCopy): string {
  return `COPY ${qualifiedName(shape.loadInto ?? relation)}${columnList(shape)} FROM stdin;\n`
}

/** A table's rows as COPY text, without its end marker. Returns what was in them. */
export async function* tableRows(
  table: TableToCopy,
  { snapshot, readers, text, run }: BackupParts,
  object: string,
): AsyncGenerator<Uint8Array, ContentsTable> {
  const { relation, shape, sizeBytes, ranges } = table
  const name = { schema: relation.schema, name: relation.name }
  const { settings, id } = snapshot
  const tasks = (ranges.length > 1 ? ranges : [undefined]).map((range): CopyTask => {
    const sql = copyOutSql(table, text.encoding, range)
    run.log.debug(sql)
    return { table: name, sql, settings, snapshot: id, object }
  })
  const tell = (state: 'started' | 'progress' | 'finished', rows: number, bytes: number) =>
    run.onEvent({ type: 'table', state, table: name, rows, bytes, estimatedBytes: sizeBytes })
  tell('started', 0, 0)
  let bytes = 0
  const told = (block: Uint8Array) => {
    bytes += block.byteLength
    tell('progress', 0, bytes)
  }
  const receipts = yield* readInOrder(tasks, readers, told)
  const rows = receipts.reduce((sum, receipt) => sum + receipt.rows, 0)
  tell('finished', rows, bytes)
  const digest = receipts.reduce((sum, receipt) => addDigests(sum, receipt.digest), noRows)
  return {
    ...name,
    rows,
    bytes,
    digest,
    columns: shape.columns,
    object,
    ...(shape.loadInto && { loadInto: shape.loadInto }),
  }
}

/** Empty for a table without columns: COPY then means all of them, which are none. */
const columnList = ({ columns }: TableShape) =>
  columns.length > 0 ? ` (${columns.map(quoteIdentifier).join(', ')})` : ''
