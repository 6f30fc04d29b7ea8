import type pg from 'pg'
import type { Relation } from '../catalogue/relations.ts'

/** The tables that hold the rows of each: itself, or the partitions of a partitioned table. */
export async function readRowHolders(
  client: pg.ClientBase,
  relations: readonly Relation[],
): Promise<ReadonlyMap<Relation, readonly Relation[]>> {
  const partitioned = relations.filter(({ kind }) => kind === 'p').map(({ oid }) => oid)
  const { rows } = await client.query<{ root: string; leaf: string }>(
    `SELECT root::int8::text AS root, relid::oid::int8::text AS leaf
     FROM unnest($1::oid[]) AS root CROSS JOIN LATERAL pg_partition_tree(root) WHERE isleaf AND relid::oid <> root`,
    [partitioned],
  )
  const byOid = new Map(relations.map((relation) => [relation.oid, relation]))
  const leaves = Map.groupBy(rows, ({ root }) => Number(root))
  return new Map(
    relations.map((relation) => [
      relation,
      relation.kind === 'p'
        ? (leaves.get(relation.oid) ?? []).flatMap(({ leaf }) => byOid.get(Number(leaf)) ?? [])
        : [relation],
    ]),
  )
}
