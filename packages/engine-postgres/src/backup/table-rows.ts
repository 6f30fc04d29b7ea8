import type { ContentsTable, CopyReceipt, CopyTask } from '@pgark/core'
import { quoteIdentifier, quoteLiteral } from '@pgark/pg-sql'
import type { TableShape } from '../catalogue/table-columns.ts'
import { type BlockRange, blockRanges, rangeCondition } from '../copy/block-ranges.ts'
import { addDigests, noRows } from '../copy/digest.ts'
import { qualifiedName } from '../snapshot/lock-tables.ts'
import { type BackupSource, type Definitions, nameInBackup } from './backup-parts.ts'
import { isInRanges, type TableToCopy } from './describe-tables.ts'

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
export function copyInSql({ relation, shape }: TableToCopy, parts: Pick<Definitions, 'renaming'>): string {
  return `COPY ${qualifiedName(nameInBackup(parts, shape.loadInto ?? relation))}${columnList(shape)} FROM stdin;\n`
}

/** A table's rows as COPY text, without its end marker. Returns what was in them. */
export async function* tableRows(
  table: TableToCopy,
  source: BackupSource,
  object: string,
): AsyncGenerator<Uint8Array, ContentsTable> {
  const reading = readTable(table, source, object)
  for (let part = await reading.next(); part; part = await reading.next()) yield* part
  return reading.finish()
}

/** Reads a table, range after range. */
export interface TableReading {
  /** The rows of the next range, to be read to their end; undefined when there is no other. */
  next(): Promise<AsyncGenerator<Uint8Array, CopyReceipt> | undefined>
  /** What was in all of them. */
  finish(): ContentsTable
}

/** Begins to read at once, by as many connections as there are. */
export function readTable(
  table: TableToCopy,
  { snapshot, readers, text, run }: BackupSource,
  object: string,
): TableReading {
  const { relation, shape, sizeBytes, blocks, blocksPerRange } = table
  const name = { schema: relation.schema, name: relation.name }
  const { settings, id } = snapshot
  function* tasks(): Generator<CopyTask> {
    for (const range of isInRanges(table) ? blockRanges(blocks, blocksPerRange) : [undefined]) {
      const sql = copyOutSql(table, text.encoding, range)
      run.log.debug(sql)
      yield { table: name, sql, settings, snapshot: id, object }
    }
  }
  const total = { rows: 0, bytes: 0, digest: noRows }
  const tell = (state: 'started' | 'progress' | 'finished', rows: number) =>
    run.onEvent({ type: 'table', state, table: name, rows, bytes: total.bytes, estimatedBytes: sizeBytes })
  tell('started', 0)
  async function* told(part: AsyncGenerator<Uint8Array, CopyReceipt>): AsyncGenerator<Uint8Array, CopyReceipt> {
    let next = await part.next()
    for (; !next.done; next = await part.next()) {
      total.bytes += next.value.byteLength
      tell('progress', 0)
      yield next.value
    }
    total.rows += next.value.rows
    total.digest = addDigests(total.digest, next.value.digest)
    return next.value
  }
  const parts = readers.read(tasks())
  return {
    async next() {
      const { value } = await parts.next()
      return value && told(value)
    },
    finish() {
      tell('finished', total.rows)
      return { ...name, ...total, columns: shape.columns, object, ...(shape.loadInto && { loadInto: shape.loadInto }) }
    },
  }
}

/** Empty for a table without columns: COPY then means all of them, which are none. */
const columnList = ({ columns }: TableShape) =>
  columns.length > 0 ? ` (${columns.map(quoteIdentifier).join(', ')})` : ''
