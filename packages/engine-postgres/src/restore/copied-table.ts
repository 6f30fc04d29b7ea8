import type { TocEntry } from '@pgark/pg-archive'
import { quoteIdentifier } from '@pgark/pg-sql'
import { qualifiedName } from '../snapshot/lock-tables.ts'

export const identifier = '(?:"(?:[^"]|"")+"|[^\\s",.()]+)'
const copy = new RegExp(`^COPY (${identifier}(?:\\.${identifier})?) +(?:\\(([^]*)\\) )?FROM stdin;`)

/** The table that the COPY of an entry names, and its columns, as they are written. Data that are INSERTs have none. */
export function copiedTable({ copyStatement = '' }: TocEntry): { table: string; columns: string } | undefined {
  const [, table, columns = ''] = copy.exec(copyStatement) ?? []
  return table === undefined ? undefined : { table, columns }
}

/** The table that an entry's rows go into, which for those of a partition may be its root, as SQL has it. */
export function tableOfRows(entry: TocEntry): string {
  const { schema = '', tag = '' } = entry
  return copiedTable(entry)?.table ?? (schema ? qualifiedName({ schema, name: tag }) : quoteIdentifier(tag))
}
