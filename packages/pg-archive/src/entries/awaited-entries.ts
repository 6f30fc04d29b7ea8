import type { TocEntry } from '../toc/model.ts'
import { lateComments } from './restore-order.ts'
import { tableHierarchy } from './table-hierarchy.ts'

/**
 * What each entry waits for, by dump id and without repetitions. After the rows that is the rows of a table in its stead, with those
 * of all its partitions and children; for a late comment its constraint.
 */
export function awaitedEntries(
  entries: readonly TocEntry[],
  whole: readonly TocEntry[],
): ReadonlyMap<number, ReadonlySet<number>> {
  const hierarchy = tableHierarchy(whole)
  const rowsOf = new Map<number, number>()
  for (const { description, dumpId, dependencies } of whole) {
    const [table] = dependencies
    if (description === 'TABLE DATA' && table !== undefined) rowsOf.set(table, dumpId)
  }
  const { comments } = lateComments(entries)
  return new Map(
    entries.map((entry) => {
      const { dumpId, section, dependencies } = entry
      const constraint = comments.get(entry)
      const others = constraint ? [constraint.dumpId] : []
      if (section !== 'post-data') return [dumpId, new Set([...dependencies, ...others])]
      const tables = staysAtItsTable(entry) ? dependencies : dependencies.flatMap((id) => [id, ...hierarchy.below(id)])
      return [dumpId, new Set([...tables.map((id) => rowsOf.get(id) ?? id), ...others])]
    }),
  )
}

/**
 * Of a partitioned table pg_dump makes indexes and keys `ONLY`, and each partition's after them. That leaves partitions alone, and
 * these need not wait for each other's rows.
 */
const staysAtItsTable = ({ description, definition }: TocEntry) =>
  description === 'INDEX' ||
  description === 'INDEX ATTACH' ||
  (description === 'CONSTRAINT' && definition?.startsWith('ALTER TABLE ONLY ') === true)
