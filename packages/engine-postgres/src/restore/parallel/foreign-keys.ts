import type { TocEntry } from '@pgark/pg-archive'
import type pg from 'pg'
import { foreignKeysSql } from './foreign-keys-sql.ts'
import { inUnicode } from './in-unicode.ts'

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
  const idsOf = (tables: readonly string[]) => tables.flatMap((name) => ids.get(name) ?? [])
  const { rows } = await client.query(foreignKeysSql)
  const order = new Map<number, Set<number>>()
  for (const { referring, referred } of rows) {
    const to = idsOf(referred)
    for (const from of idsOf(referring)) {
      const others = order.get(from) ?? new Set()
      // What the rows of a table refer to in their own is there when all of them are.
      for (const id of to) if (id !== from) others.add(id)
      if (others.size > 0) order.set(from, others)
    }
  }
  return new Map([...order].map(([from, others]) => [from, [...others]]))
}
