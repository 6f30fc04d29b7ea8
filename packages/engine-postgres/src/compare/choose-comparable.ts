import { type Contents, type ContentsTable, type Finding, formatNumberOf, type TableName } from '@pgark/core'
import type pg from 'pg'
import { readExtensionTypes } from '../catalogue/extension-types.ts'
import { ownRows } from '../catalogue/own-rows.ts'
import { tablesWithReg } from '../catalogue/reg-columns.ts'
import { listRelations, type Relation } from '../catalogue/relations.ts'
import { databaseError, sqlstate } from '../connection/database-error.ts'
import { inline } from '../filters/inline.ts'
import { type SearchPath, searchPathFor, searchPathSetting, underSearchPath } from '../filters/search-path.ts'
import { refuseVolatile } from '../filters/volatile-calls.ts'
import { qualifiedName } from '../snapshot/lock-tables.ts'
import type { TableToDigest } from './read-digests.ts'

export interface Comparable {
  readonly tables: readonly ContentsTable[]
  /** With which of its rows a table is to be compared, by qualified name. */
  readonly filters: ReadonlyMap<string, TableToDigest['filter']>
  /** What cannot be compared, or only in part. */
  readonly findings: readonly Finding[]
}

/**
 * Which tables of a backup with filters can be compared with a database, and how. One with as many rows as the backup, as a restore
 * of it has, is compared as a whole; one with more, as the source has, with those that the filter chooses, if the backup tells it.
 */
export async function chooseComparable(
  client: pg.ClientBase,
  { tables }: Pick<Contents, 'tables'>,
): Promise<Comparable> {
  // Rows that were loaded through the root of a tree can be in any of its partitions.
  const groups = Map.groupBy(tables, ({ loadInto, ...table }) => qualifiedName(loadInto ?? table))
  const filtered = [...groups].filter(([, members]) => members.some(({ filter }) => filter))
  const filters = new Map<string, TableToDigest['filter']>()
  if (filtered.length === 0) return { tables, filters, findings: [] }
  const relations = new Map((await listRelations(client, [])).map((relation) => [qualifiedName(relation), relation]))
  const withReg = await tablesWithReg(
    client,
    [...relations.values()].map(({ oid }) => oid),
  )
  const extensionTypes = await readExtensionTypes(client)
  const left = new Set<ContentsTable>()
  const findings: Finding[] = []
  for (const [name, members] of filtered) {
    const relation = relations.get(name)
    const [table] = members
    // One that is missing is told as such.
    if (!relation || !table) continue
    const rows = members.reduce((sum, member) => sum + member.rows, 0)
    const found = await countRows(client, relation)
    if (found <= rows) continue
    const searchPath = withReg.has(relation.oid) ? [] : searchPathFor(relation.schema, extensionTypes)
    const applied = table.loadInto ? undefined : appliedAgain(table, searchPath)
    if (applied) {
      // The backup says what is to be run, and may come from anywhere.
      await refuseVolatile(client, applied.condition, searchPath)
      if (await canBeApplied(client, relation, applied)) {
        filters.set(name, applied)
        findings.push(comparedInPart(relation, found, rows))
        continue
      }
    }
    for (const member of members) left.add(member)
    findings.push(applied ? notApplied(relation, found, rows) : notCompared(relation, found, rows))
  }
  return { tables: tables.filter((table) => !left.has(table)), filters, findings }
}

/** A recorded filter, where its values are in the backup. */
function appliedAgain({ name, filter }: ContentsTable, searchPath: SearchPath): TableToDigest['filter'] {
  if (!filter || filter.valueCount !== (filter.values ?? []).length) return undefined
  const { sql: text, values = [], alias = name } = filter
  return { name: filter.name, condition: inline({ text, values }).sql, alias, searchPath }
}

const isNotFound = /^(3F000|42P01|42703|42704|42883)$/

/** Whether the database has everything that a filter names; what it names need not be in the backup, or has another name there. */
async function canBeApplied(
  client: pg.ClientBase,
  relation: Relation,
  filter: NonNullable<TableToDigest['filter']>,
): Promise<boolean> {
  const statement = `SELECT FROM ${ownRows(relation, filter)} LIMIT 0`
  await client.query('SAVEPOINT pgark_filter')
  try {
    await client.query(underSearchPath(statement, searchPathSetting(filter.searchPath)))
    return true
  } catch (error) {
    if (isNotFound.test(sqlstate(error))) return false
    throw databaseError(error, 'ENGINE.COMPARE', `Cannot apply the filter of ${relation.schema}.${relation.name}`, {
      rows: 'yes',
    })
  } finally {
    await client.query('ROLLBACK TO SAVEPOINT pgark_filter; RELEASE SAVEPOINT pgark_filter')
  }
}

async function countRows(client: pg.ClientBase, relation: Relation): Promise<number> {
  const only = relation.kind === 'p' ? '' : 'ONLY '
  const { rows } = await client.query(`SELECT count(*)::text AS count FROM ${only}${qualifiedName(relation)}`)
  return Number(rows[0].count)
}

/** Whether the others should be there, nobody can tell: a source has them, a restored copy has not. */
function comparedInPart({ schema, name }: TableName, found: number, rows: number): Finding {
  return {
    severity: 'warning',
    code: 'COMPARE.CHOSEN',
    message: `${schema}.${name} has ${formatNumberOf(found, 'row')}, the backup ${rows} that its filter chose; only those were compared.`,
    hint: 'as it is with the database that was backed up; one into which the backup was restored has rows that it should not have',
  }
}

function notApplied({ schema, name }: TableName, found: number, rows: number): Finding {
  return {
    severity: 'warning',
    code: 'COMPARE.FILTERED',
    message: `${schema}.${name} was not compared: it has ${formatNumberOf(found, 'row')}, the backup has ${rows} that a filter chose, and something that this filter names is not there.`,
    hint: 'compare with the database that was backed up, or with one into which it was restored',
  }
}

function notCompared({ schema, name }: TableName, found: number, rows: number): Finding {
  return {
    severity: 'warning',
    code: 'COMPARE.FILTERED',
    message: `${schema}.${name} was not compared: it has ${formatNumberOf(found, 'row')}, the backup has ${rows} that a filter chose.`,
    hint: 'compare with a database into which it was restored, or back up with the values of filters (--filter-values)',
  }
}
