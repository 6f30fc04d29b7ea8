import type { TocEntry } from '../toc/model.ts'

/** Partitions and children of tables, over all levels; by dump ids. */
export interface TableHierarchy {
  /** The tables that a table is a partition or a child of, and those that these are of. */
  above(table: number): readonly number[]
  below(table: number): readonly number[]
}

const withChildren = new Set(['TABLE', 'FOREIGN TABLE'])

/**
 * Reads it from what tables depend on: partitions and children on their parents. So does a table with a column of another one's
 * row type, which is taken for a child too.
 */
export function tableHierarchy(entries: readonly TocEntry[]): TableHierarchy {
  const isTable = ({ description = '', section }: TocEntry) => section === 'pre-data' && withChildren.has(description)
  const tables = new Set(entries.filter(isTable).map(({ dumpId }) => dumpId))
  const parents = new Map<number, number[]>()
  const children = new Map<number, number[]>()
  for (const { dumpId, dependencies } of entries.filter(isTable)) {
    const above = dependencies.filter((id) => tables.has(id) && id !== dumpId)
    if (above.length > 0) parents.set(dumpId, above)
    for (const parent of above) {
      const others = children.get(parent)
      if (others) others.push(dumpId)
      else children.set(parent, [dumpId])
    }
  }
  return { above: (table) => reachable(table, parents), below: (table) => reachable(table, children) }
}

function reachable(from: number, next: ReadonlyMap<number, readonly number[]>): number[] {
  const found = new Set([from])
  for (const id of found) for (const other of next.get(id) ?? []) found.add(other)
  found.delete(from)
  return [...found]
}
