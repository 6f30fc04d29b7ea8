import type { ContentsTable, CopyTask, RunContext } from '@pgark/core'
import { quoteIdentifier, quoteLiteral } from '@pgark/pg-sql'
import type { Relation } from '../catalogue/relations.ts'
import type { TableShape } from '../catalogue/table-columns.ts'
import type { SnapshotReader } from '../copy/snapshot-reader.ts'
import type { HeldSnapshot } from '../snapshot/held-snapshot.ts'
import { qualifiedName } from '../snapshot/lock-tables.ts'
import type { FileText } from './file-text.ts'

/** A table whose rows are to be written. */
export interface TableToCopy {
  readonly relation: Relation
  readonly shape: TableShape
  /** On disk. */
  readonly sizeBytes: number
}

/** Bytes between two progress events of one table. */
const progressBytes = 1024 * 1024

/**
 * The statement that reads a table's own rows. `COPY table TO` reads that table ONLY, as a query must be told to, and is faster
 * than a query; rows of an extension's configuration need its condition and so a query.
 */
export function copyOutSql({ relation, shape }: TableToCopy, encoding: string): string {
  const name = qualifiedName(relation)
  const columns = columnList(shape)
  const source = relation.extensionCondition
    ? `(SELECT ${shape.columns.map(quoteIdentifier).join(', ')} FROM ONLY ${name} ${relation.extensionCondition})`
    : `${name}${columns}`
  return `COPY ${source} TO STDOUT${encoding === 'UTF8' ? '' : ` (ENCODING ${quoteLiteral(encoding)})`}`
}

/** A table's rows as a COPY block of a plain script. */
export async function* tableRows(
  table: TableToCopy,
  reader: SnapshotReader,
  snapshot: HeldSnapshot,
  text: FileText,
  object: string,
  run: RunContext,
): AsyncGenerator<Uint8Array, ContentsTable> {
  const { relation, shape, sizeBytes } = table
  const name = { schema: relation.schema, name: relation.name }
  const sql = copyOutSql(table, text.encoding)
  const task: CopyTask = { table: name, sql, settings: snapshot.settings, snapshot: snapshot.id, object }
  const tell = (state: 'started' | 'progress' | 'finished', rows: number, bytes: number) =>
    run.onEvent({ type: 'table', state, table: name, rows, bytes, estimatedBytes: sizeBytes })
  run.log.debug(sql)
  tell('started', 0, 0)
  yield await text.encode(`COPY ${qualifiedName(shape.loadInto ?? relation)}${columnList(shape)} FROM stdin;\n`)
  const { chunks, receipt } = reader.copy(task)
  let bytes = 0
  let told = 0
  for await (const chunk of chunks) {
    bytes += chunk.byteLength
    if (bytes - told >= progressBytes) {
      told = bytes
      tell('progress', 0, bytes)
    }
    yield chunk
  }
  yield Buffer.from('\\.\n\n')
  const { rows } = receipt()
  tell('finished', rows, bytes)
  return { ...name, rows, bytes, object, ...(shape.loadInto && { loadInto: shape.loadInto }) }
}

/** Empty for a table without columns: COPY then means all of them, which are none. */
const columnList = ({ columns }: TableShape) =>
  columns.length > 0 ? ` (${columns.map(quoteIdentifier).join(', ')})` : ''
