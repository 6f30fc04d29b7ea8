import type { Contents, ContentsTable, TableName } from '@pgark/core'
import type { PlainItem } from '@pgark/pg-archive'
import { writtenName } from './written-name.ts'

export interface TableOfRows {
  readonly table: TableName
  /** What the manifest says of it. */
  readonly expected: ContentsTable | undefined
  /** Whether there is a manifest that should say something of it. */
  readonly isInManifest: boolean
}

/** The table that a COPY block has rows of: by the manifest, in whose order they are, or as the script names it. */
export const tableOf = (item: PlainItem, contents: Contents | undefined, before: number): TableOfRows =>
  tableIn(item, contents?.tables[before], contents !== undefined)

/** The same where it is known which table of the manifest it is. */
export function tableIn(
  { summary }: PlainItem,
  expected: ContentsTable | undefined,
  isInManifest: boolean,
): TableOfRows {
  const table = expected ? { schema: expected.schema, name: expected.name } : writtenName(summary.object ?? '')
  return { table, expected, isInManifest }
}
