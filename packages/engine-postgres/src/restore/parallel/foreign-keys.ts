import type { TocEntry } from '@pgark/pg-archive'
import type pg from 'pg'
import { inUnicode } from './in-unicode.ts'

// https://www.postgresql.org/docs/current/catalog-pg-constraint.html
const foreignKeysSql = `
  SELECT DISTINCT n.nspname || '.' || c.relname AS referring, m.nspname || '.' || r.relname AS referred
  FROM pg_constraint JOIN pg_class c ON c.oid = conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_class r ON r.oid = confrelid JOIN pg_namespace m ON m.oid = r.relnamespace
  WHERE contype = 'f' AND conrelid <> confrelid`

/**
 * For rows that go into tables which are there: by the id of the rows of a table those of the tables that its foreign keys refer to
 * in the target.
 */
export async function foreignKeyOrder(
  client: pg.ClientBase,
  entries: readonly TocEntry[],
  encoding: string,
): Promise<ReadonlyMap<number, readonly number[]>> {
  const data = entries.filter(({ hadDumper, description }) => hadDumper && description === 'TABLE DATA')
  const written = data.map(({ schema = '', tag = '' }) => `${schema}.${tag}`)
  const names = await inUnicode(client, encoding, written)
  const ids = new Map(names.map((name, at) => [name, data[at]?.dumpId ?? 0]))
  const { rows } = await client.query(foreignKeysSql)
  const order = new Map<number, number[]>()
  for (const { referring, referred } of rows) {
    const [from, to] = [ids.get(referring), ids.get(referred)]
    if (from === undefined || to === undefined) continue
    const others = order.get(from)
    if (others) others.push(to)
    else order.set(from, [to])
  }
  return order
}
