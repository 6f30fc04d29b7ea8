import type { ContentsSequence, TableName } from '@pgark/core'
import type pg from 'pg'
import { databaseError } from '../connection/database-error.ts'
import { qualifiedName } from '../snapshot/lock-tables.ts'
import type { Relation } from './relations.ts'

// pg_dump takes a sequence along with the table whose column owns it ('a'), and leaves one of an identity column ('i') to its table.
// https://www.postgresql.org/docs/current/catalog-pg-depend.html
const ownedSql = `
  SELECT s.oid::int8::text AS oid, d.refobjid::int8::text AS owner, d.deptype AS type
  FROM pg_class s LEFT JOIN pg_depend d
    ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.refclassid = 'pg_class'::regclass
   AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
  WHERE s.relkind = 'S' AND (s.oid = ANY ($1::oid[]) OR d.refobjid = ANY ($1::oid[]))`

/** The oids of the sequences that belong to a backup of these relations, as pg_dump will say. */
export async function listOwnedSequences(client: pg.ClientBase, relations: readonly Relation[]): Promise<number[]> {
  const selected = new Set(relations.map(({ oid }) => String(oid)))
  const { rows } = await client.query(ownedSql, [[...selected]])
  return rows.filter(({ owner, type }) => type !== 'i' || selected.has(owner)).map(({ oid }) => Number(oid))
}

/** Sequences read with one statement. */
const batchSize = 100

/** The value of each sequence, and whether it was handed out. Sequences are outside transactions: this is their value now. */
export async function readSequences(
  client: pg.ClientBase,
  sequences: readonly TableName[],
): Promise<ContentsSequence[]> {
  const found: ContentsSequence[] = []
  for (let at = 0; at < sequences.length; at += batchSize) {
    const batch = sequences.slice(at, at + batchSize)
    const selects = batch.map(
      (name, index) => `SELECT ${index} AS i, last_value::text, is_called FROM ${qualifiedName(name)}`,
    )
    try {
      const { rows } = await client.query(`${selects.join(' UNION ALL ')} ORDER BY i`)
      batch.forEach(({ schema, name }, index) => {
        found.push({ schema, name, lastValue: rows[index].last_value, isCalled: rows[index].is_called })
      })
    } catch (error) {
      throw databaseError(error, 'ENGINE.SEQUENCES', 'Cannot read the values of sequences')
    }
  }
  return found
}
