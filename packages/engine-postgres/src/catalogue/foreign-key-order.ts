import type pg from 'pg'

// https://www.postgresql.org/docs/current/catalog-pg-constraint.html
const referencesSql = `
  SELECT DISTINCT conrelid::int8::text AS "from", confrelid::int8::text AS "to" FROM pg_constraint
  WHERE contype = 'f' AND conrelid <> confrelid AND conrelid = ANY ($1::oid[]) AND confrelid = ANY ($1::oid[])`

/**
 * Tables in the order in which their rows can be loaded where foreign keys are in place: each after those that it refers to,
 * otherwise as given. Within a ring of references no order will do; it is cut anywhere.
 */
export async function inForeignKeyOrder<T extends { readonly oid: number }>(
  client: pg.ClientBase,
  tables: readonly T[],
): Promise<T[]> {
  const { rows } = await client.query<{ from: string; to: string }>(referencesSql, [tables.map(({ oid }) => oid)])
  const byOid = new Map(tables.map((table) => [table.oid, table]))
  const references = Map.groupBy(rows, ({ from }) => Number(from))
  const ordered = new Set<T>()
  const entered = new Set<T>()
  const visit = (table: T) => {
    if (entered.has(table)) return
    entered.add(table)
    for (const { to } of references.get(table.oid) ?? []) {
      const referred = byOid.get(Number(to))
      if (referred) visit(referred)
    }
    ordered.add(table)
  }
  for (const table of tables) visit(table)
  return [...ordered]
}
