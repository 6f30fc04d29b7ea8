import type { ContentsTable, Finding, RunContext, TableName } from '@pgark/core'
import { addDigests, noRows } from '../copy/digest.ts'
import { qualifiedName } from '../snapshot/lock-tables.ts'
import type { DigestReaders } from './digest-readers.ts'
import { readDigests, type TableDigest, type TableToDigest } from './read-digests.ts'

export interface CompareOptions {
  /** The backup's. */
  readonly encoding: string
  /** With which of its rows a table is compared, by qualified name; with all where there is none. */
  readonly filters: ReadonlyMap<string, TableToDigest['filter']>
}

/** Reads the tables of a backup in a database and answers what is different there. */
export async function compareTables(
  source: Pick<DigestReaders, 'readers' | 'serverVersionNum'>,
  tables: readonly ContentsTable[],
  { encoding, filters }: CompareOptions,
  run: RunContext,
): Promise<Finding[]> {
  const toRead = tablesToRead(tables).map((table) => ({ ...table, filter: filters.get(qualifiedName(table)) }))
  return tableDifferences(tables, await readDigests(source, toRead, encoding, run))
}

/** What must be read to compare these. A root also names partitions that hold no rows in the backup, where a restore may have put some. */
export function tablesToRead(tables: readonly ContentsTable[]): TableToDigest[] {
  const roots = tables.flatMap(({ loadInto, columns }) => (loadInto ? { ...loadInto, columns } : []))
  const all = [...tables, ...roots].map(({ schema, name, columns }) => ({ schema, name, columns }))
  return [...new Map(all.map((table) => [qualifiedName(table), table])).values()]
}

/** What is different between tables of a backup and what was read of a database, by qualified name. */
export function tableDifferences(
  tables: readonly ContentsTable[],
  actual: ReadonlyMap<string, TableDigest>,
  verb: 'has' | 'gained' = 'has',
): Finding[] {
  const differenceOf = (table: ContentsTable) => difference(table, table, actual.get(qualifiedName(table)), verb)
  const alone = tables.filter(({ loadInto }) => !loadInto).flatMap((table) => differenceOf(table) ?? [])
  const trees = Map.groupBy(
    tables.filter(({ loadInto }) => loadInto),
    ({ loadInto }) => qualifiedName(loadInto as TableName),
  )
  // Rows that went through a root may be in other partitions than before, but all of them are in the tree.
  const inTrees = [...trees].flatMap(([root, partitions]) => {
    if (partitions.every((partition) => !differenceOf(partition))) return []
    const rows = partitions.reduce((sum, partition) => sum + partition.rows, 0)
    const digest = partitions.reduce((sum, partition) => addDigests(sum, partition.digest), noRows)
    const [first] = partitions
    return difference(first?.loadInto as TableName, { rows, digest }, actual.get(root), verb) ?? []
  })
  return [...alone, ...inTrees]
}

function difference(
  { schema, name }: TableName,
  expected: Pick<ContentsTable, 'rows' | 'digest'>,
  actual: TableDigest | undefined,
  verb: 'has' | 'gained',
): Finding | undefined {
  const finding = (code: string, message: string): Finding => ({
    severity: 'error',
    code,
    message: `${schema}.${name} ${message}`,
  })
  if (!actual) return finding('COMPARE.ROW_COUNT', 'is missing, the backup has it.')
  if (actual.missingColumns.length > 0)
    return finding('COMPARE.COLUMNS', `has no column ${actual.missingColumns.join(', ')}, the backup has.`)
  if (actual.rows !== expected.rows)
    return finding('COMPARE.ROW_COUNT', `${verb} ${actual.rows} rows, the backup has ${expected.rows}.`)
  if (actual.digest !== expected.digest)
    return finding('COMPARE.DIGEST', `${verb} ${actual.rows} rows as the backup has, but not the same ones.`)
  return undefined
}
