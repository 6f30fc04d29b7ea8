import type { Contents, ContentsTable, TableName } from '@pgark/core'
import type { PlainItem } from '@pgark/pg-archive'
import { writtenName } from './written-name.ts'

export interface TableOfRows {
  readonly table: TableName
  /** What the manifest says of it. */
  readonly expected: ContentsTable | undefined
}

/** The table that a COPY block has rows of: by the manifest, in whose order they are, or as the script names it. */
export function tableOf({ summary }: PlainItem, contents: Contents | undefined, before: number): TableOfRows {
  const expected = contents?.tables[before]
  const table = expected ? { schema: expected.schema, name: expected.name } : writtenName(summary.object ?? '')
  return { table, expected }
}
