import type { Finding } from '@pgark/core'
import type { TocEntry } from '@pgark/pg-archive'
import type pg from 'pg'
import { foreignKeyOrder } from '../parallel/foreign-keys.ts'
import { readable } from '../parallel/in-unicode.ts'
import { refusal } from '../target-checks/target-check.ts'

/**
 * Rows that go into tables with foreign keys must find what they refer to: refuses tables that refer to each other in a circle and,
 * where rows go in as they lie in the archive, those that lie before what they refer to.
 */
export async function foreignKeyProblems(
  client: pg.ClientBase,
  entries: readonly TocEntry[],
  encoding: string,
  isInOrder: boolean,
): Promise<Finding[]> {
  const order = await foreignKeyOrder(client, entries, encoding)
  const involved = new Set(order.keys())
  for (const ids of order.values()) for (const id of ids) involved.add(id)
  const data = entries.filter(({ dumpId }) => involved.has(dumpId))
  const stuck = isInOrder ? beforeOthers(data, order) : inCircles(data, order)
  const names = stuck.map(({ schema = '', tag = '' }) => readable(`${schema}.${tag}`, encoding)).sort()
  return isInOrder
    ? refusal(
        'REFUSED.FOREIGN_KEYS',
        names,
        (tables) => `Rows of ${tables} would come before those that they refer to; nothing was changed.`,
        'restore without --single-transaction, from an archive in a file or folder, or make the tables anew (--on-existing drop)',
      )
    : refusal(
        'REFUSED.FOREIGN_KEYS',
        names,
        (tables) =>
          `The foreign keys of ${tables} refer to each other in a circle: rows cannot go in; nothing was changed.`,
        'drop one of the keys for the time being, or make the tables anew (--on-existing drop)',
      )
}

type Order = ReadonlyMap<number, readonly number[]>

function beforeOthers(data: readonly TocEntry[], order: Order): TocEntry[] {
  const loaded = new Set<number>()
  const wanted = new Set(data.map(({ dumpId }) => dumpId))
  return data.filter(({ dumpId }) => {
    loaded.add(dumpId)
    return order.get(dumpId)?.some((id) => wanted.has(id) && !loaded.has(id))
  })
}

/** Those that are left when again and again what refers to nothing that is left is taken away. */
function inCircles(data: readonly TocEntry[], order: Order): TocEntry[] {
  let left = [...data]
  for (;;) {
    const ids = new Set(left.map(({ dumpId }) => dumpId))
    const still = left.filter(({ dumpId }) => order.get(dumpId)?.some((id) => ids.has(id)))
    if (still.length === left.length) return still
    left = still
  }
}
