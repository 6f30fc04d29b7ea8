import type { ContentsTable, CopyReceipt, CopyTask, RecordedFilter } from '@pgark/core'
import { quoteIdentifier, quoteLiteral } from '@pgark/pg-sql'
import { ownRows, type WantedRows } from '../catalogue/own-rows.ts'
import type { Relation } from '../catalogue/relations.ts'
import type { TableShape } from '../catalogue/table-columns.ts'
import { type BlockRange, blockRanges, rangeCondition } from '../copy/block-ranges.ts'
import { addDigests, noRows } from '../copy/digest.ts'
import { searchPathSetting } from '../filters/search-path.ts'
import type { TableFilter } from '../filters/table-filter.ts'
import { qualifiedName } from '../snapshot/lock-tables.ts'
import { type BackupSource, type Definitions, nameInBackup } from './backup-parts.ts'
import { isInRanges, type TableToCopy } from './describe-tables.ts'

/** What is read of a table. */
export interface RowsToRead extends Pick<TableToCopy, 'relation' | 'shape'> {
  /** Which of its rows; undefined: all. */
  readonly wanted: WantedRows | undefined
}

/**
 * The statement that reads a table's own rows, or those in a range. `COPY table TO` reads that table ONLY, as a query must be told
 * to, and is faster than a query; a range, a filter and the rows of an extension's configuration need one.
 */
export function copyOutSql({ relation, shape, wanted }: RowsToRead, encoding: string, range?: BlockRange): string {
  const from = ownRows(relation, wanted, range && rangeCondition(range))
  const source =
    wanted || range || relation.extensionCondition
      ? `(SELECT ${shape.columns.map(quoteIdentifier).join(', ')} FROM ${from})`
      : `${qualifiedName(relation)}${columnList(shape)}`
  return `COPY ${source} TO STDOUT${encoding === 'UTF8' ? '' : ` (ENCODING ${quoteLiteral(encoding)})`}`
}

/** The same for people: values of a filter are told by number only. */
export const toldSql = ({ relation, shape, filter }: TableToCopy, encoding: string, range?: BlockRange): string =>
  copyOutSql({ relation, shape, wanted: filter && { ...filter, condition: filter.recorded.sql } }, encoding, range)

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
  const { relation, shape, filter, estimatedBytes, blocks, blocksPerRange } = table
  const name = { schema: relation.schema, name: relation.name }
  const { id } = snapshot
  const settings = { ...snapshot.settings, search_path: searchPathSetting(filter?.searchPath ?? []) }
  function* tasks(): Generator<CopyTask> {
    for (const range of isInRanges(table) ? blockRanges(blocks, blocksPerRange) : [undefined]) {
      const sql = copyOutSql({ relation, shape, wanted: filter }, text.encoding, range)
      run.log.debug(filter ? toldSql(table, text.encoding, range) : sql)
      yield { table: name, sql, ...(filter && { filter: filter.name }), settings, snapshot: id, object }
    }
  }
  const total = { rows: 0, bytes: 0, digest: noRows }
  const tell = (state: 'started' | 'progress' | 'finished', rows: number) =>
    run.onEvent({ type: 'table', state, table: name, rows, bytes: total.bytes, estimatedBytes })
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
      return {
        ...{ ...name, ...total, columns: shape.columns, object },
        ...(shape.loadInto && { loadInto: shape.loadInto }),
        ...(filter && { filter: recordedOf(filter, relation) }),
      }
    },
  }
}

/** A partition's condition calls it as it calls the table that was filtered. */
const recordedOf = ({ recorded, alias }: TableFilter, { name }: Relation): RecordedFilter => ({
  ...recorded,
  ...(alias !== name && { alias }),
})

/** Empty for a table without columns: COPY then means all of them, which are none. */
const columnList = ({ columns }: TableShape) =>
  columns.length > 0 ? ` (${columns.map(quoteIdentifier).join(', ')})` : ''
