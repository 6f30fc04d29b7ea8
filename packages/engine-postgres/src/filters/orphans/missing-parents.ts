import type { NotValidKey } from '@pgark/core'
import type pg from 'pg'
import type { SelectedRelations } from '../../selection/select-relations.ts'

/** A foreign key that a backup defines, to a table that it does not. */
export interface KeyToMissing extends NotValidKey {
  readonly oid: number
  readonly parent: { readonly schema: string; readonly name: string }
}

// What an extension brings is there once the extension is. A key that is NOT VALID needs the table, too.
const missingSql = `
  SELECT con.oid::int8::text AS oid, con.conname AS constraint, n.nspname AS schema, c.relname AS name,
         jsonb_build_object('schema', pn.nspname, 'name', p.relname) AS parent
  FROM pg_constraint con
  JOIN pg_class c ON c.oid = con.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_class p ON p.oid = con.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
  WHERE con.contype = 'f' AND con.conparentid = 0 AND con.conrelid = ANY ($1::oid[]) AND con.confrelid <> ALL ($2::oid[])
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = p.oid AND deptype = 'e')
  ORDER BY n.nspname, c.relname, con.conname`

/** The foreign keys to tables that are not in the backup: a restore cannot make them, whatever the rows, unless the target has the table. */
export async function readKeysToMissing(
  client: pg.ClientBase,
  { relations }: Pick<SelectedRelations, 'relations'>,
): Promise<KeyToMissing[]> {
  const defined = relations.filter(({ extensionCondition }) => extensionCondition === undefined)
  const { rows } = await client.query(missingSql, [defined.map(({ oid }) => oid), relations.map(({ oid }) => oid)])
  return rows.map((row) => ({ ...row, oid: Number(row.oid) }))
}
