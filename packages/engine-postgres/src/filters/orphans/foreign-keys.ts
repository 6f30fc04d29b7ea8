import type { NotValidKey } from '@pgark/core'
import type pg from 'pg'

/** A foreign key that a backup defines, and a restore so checks. */
export interface ForeignKey extends NotValidKey {
  readonly oid: number
  /** Of a partitioned table. */
  readonly isOfPartitions: boolean
  /** The table referred to. */
  readonly parent: { readonly schema: string; readonly name: string }
  /** Its columns in pairs, in the key's order. */
  readonly columns: readonly KeyColumn[]
  /** The tables that hold the rows on either side, by oid: the table itself, or all its partitions. */
  readonly from: readonly number[]
  readonly to: readonly number[]
}

export interface KeyColumn {
  readonly from: string
  readonly to: string
  /** The equality of both, as `OPERATOR(schema.=)`; the parent's column stands before it. */
  readonly operator: string
  /** That of the parent's column, where the other has another one: by it they are compared. */
  readonly collation: string | null
  /** A temporal key's range, which rows of the parent must cover together (18). */
  readonly isPeriod: boolean
}

// pg_dump defines a key of partitions with the partitioned table. One that is NOT VALID, or not enforced, is not checked.
// https://www.postgresql.org/docs/current/catalog-pg-constraint.html
const keysSql = `
  SELECT con.oid::int8::text AS oid, con.conname AS constraint, n.nspname AS schema, c.relname AS name,
         c.relkind = 'p' AS "isOfPartitions", jsonb_build_object('schema', pn.nspname, 'name', p.relname) AS parent,
         (SELECT jsonb_agg(jsonb_build_object(
                   'from', a.attname, 'to', pa.attname,
                   'operator', format('OPERATOR(%I.%s)', opn.nspname, op.oprname),
                   'collation', CASE WHEN a.attcollation <> pa.attcollation AND pa.attcollation <> 0
                                     THEN (SELECT format('%I.%I', cn.nspname, col.collname) FROM pg_collation col
                                           JOIN pg_namespace cn ON cn.oid = col.collnamespace WHERE col.oid = pa.attcollation) END,
                   'isPeriod', coalesce((to_jsonb(con) ->> 'conperiod')::bool, false) AND k.position = cardinality(con.conkey))
                   ORDER BY k.position)
          FROM unnest(con.conkey, con.confkey, con.conpfeqop) WITH ORDINALITY AS k ("from", "to", operator, position)
          JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k."from"
          JOIN pg_attribute pa ON pa.attrelid = con.confrelid AND pa.attnum = k."to"
          JOIN pg_operator op ON op.oid = k.operator JOIN pg_namespace opn ON opn.oid = op.oprnamespace) AS columns,
         CASE c.relkind WHEN 'p' THEN ARRAY(SELECT relid::oid::int8 FROM pg_partition_tree(c.oid) WHERE isleaf)
                        ELSE ARRAY[c.oid::int8] END::text[] AS "from",
         CASE p.relkind WHEN 'p' THEN ARRAY(SELECT relid::oid::int8 FROM pg_partition_tree(p.oid) WHERE isleaf)
                        ELSE ARRAY[p.oid::int8] END::text[] AS "to"
  FROM pg_constraint con
  JOIN pg_class c ON c.oid = con.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_class p ON p.oid = con.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
  WHERE con.contype = 'f' AND con.conparentid = 0 AND con.convalidated
    AND con.conrelid = ANY ($1::oid[]) AND con.confrelid = ANY ($1::oid[])
  ORDER BY n.nspname, c.relname, con.conname`

/** The foreign keys between these tables. */
export async function readForeignKeys(client: pg.ClientBase, oids: readonly number[]): Promise<ForeignKey[]> {
  const { rows } = await client.query(keysSql, [oids])
  return rows.map((row) => ({ ...row, oid: Number(row.oid), from: row.from.map(Number), to: row.to.map(Number) }))
}
