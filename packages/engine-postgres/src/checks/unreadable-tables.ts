import { type Finding, formatNumberOf } from '@pgark/core'
import { isLockable, type Relation } from '../catalogue/relations.ts'
import { listOwnedSequences } from '../catalogue/sequences.ts'
import type { CheckedSource } from './source-check.ts'

// LOCK TABLE asks for SELECT on the whole table; that on single columns, with which COPY would do, is not enough. Null: it is gone.
// https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-ACCESS
const accessSql = `
  SELECT c.oid::int8::text AS oid, has_schema_privilege(c.relnamespace, 'USAGE') AS usable,
         has_table_privilege(c.oid, 'SELECT') AS readable, current_user AS role
  FROM pg_class c WHERE c.oid = ANY ($1::oid[])`
const readAllDataSince = 140_000

/** Schemas that the role may not look into, tables and sequences that it cannot read: all of them, by name. */
export async function unreadableTables({ client, server, selected }: CheckedSource): Promise<Finding[]> {
  const tables = selected.relations.filter(isLockable)
  const sequences = selected.sequences(new Set(await listOwnedSequences(client, selected.relations)))
  const all = [...tables, ...sequences]
  const { rows } = await client.query(accessSql, [all.map(({ oid }) => oid)])
  const access = new Map(rows.map((row) => [Number(row.oid), row]))
  const isUnreadable = ({ oid }: Relation) => access.get(oid)?.readable === false
  const hidden = all.filter(({ oid }) => access.get(oid)?.usable === false)

  const role: string = rows[0]?.role ?? ''
  const finding = (problem: string, remedy: string): Finding => {
    const more =
      server.versionNum < readAllDataSince ? '' : `, or everything at once: GRANT pg_read_all_data TO ${role}`
    return {
      severity: 'error',
      code: 'ENGINE.UNREADABLE',
      message: `The role ${role} ${problem}.`,
      hint: `${remedy}${more}`,
    }
  }
  const findings: Finding[] = []
  for (const [schema, members] of Map.groupBy(hidden, (relation) => relation.schema)) {
    findings.push(
      finding(
        `may not use the schema ${schema}, and so cannot read what is in it (${namesOf(members)})`,
        `GRANT USAGE ON SCHEMA ${schema} TO ${role}`,
      ),
    )
  }
  for (const [noun, relations] of [
    ['table', tables.filter(isUnreadable)],
    ['sequence', sequences.filter(isUnreadable)],
  ] as const) {
    if (relations.length === 0) continue
    const counted = formatNumberOf(relations.length, noun)
    findings.push(finding(`cannot read ${counted}: ${namesOf(relations)}`, `grant it SELECT on the ${noun}s`))
  }
  return findings
}

const namesOf = (relations: readonly Relation[]) => relations.map(({ schema, name }) => `${schema}.${name}`).join(', ')
