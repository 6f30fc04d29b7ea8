import type { TocEntry } from '../toc/model.ts'
import { callsFunctions } from './called-functions.ts'
import { ownersOf } from './owners-of.ts'
import { lateComments } from './restore-order.ts'
import { type TableHierarchy, tableHierarchy } from './table-hierarchy.ts'

/** Stands for everything that has data: no entry has this id. */
export const allRows = 0

/**
 * What each entry waits for, by dump id and without repetitions. After the rows that is the rows of a table in its stead, with those
 * of all its partitions and children; for a late comment its constraint, for a partition's trigger that of the partitioned table. What
 * calls functions waits for `allRows`, which has all entries with data.
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
  const parentTriggers = triggersAbove(entries, whole, hierarchy)
  const kinds = new Map(whole.map(({ dumpId, description }) => [dumpId, description]))
  const awaitedBy = (entry: TocEntry): number[] => {
    const { section, dependencies } = entry
    const constraint = comments.get(entry)
    const others = [...(constraint ? [constraint.dumpId] : []), ...(parentTriggers.get(entry) ?? [])]
    if (section !== 'post-data') return [...dependencies, ...others]
    if (callsFunctions(entry, (id) => kinds.get(id))) others.push(allRows)
    const tables = staysAtItsTable(entry) ? dependencies : dependencies.flatMap((id) => [id, ...hierarchy.below(id)])
    return [...tables.map((id) => rowsOf.get(id) ?? id), ...others]
  }
  const withData = entries.filter(({ hadDumper }) => hadDumper)
  return new Map([
    ...entries.map((entry) => [entry.dumpId, new Set(awaitedBy(entry))] as const),
    [allRows, new Set(withData.map(({ dumpId }) => dumpId))],
  ])
}

/**
 * Of a partitioned table pg_dump makes indexes and keys `ONLY`, and each partition's after them. That leaves partitions alone, and
 * these need not wait for each other's rows.
 */
const staysAtItsTable = ({ description, definition }: TocEntry) =>
  description === 'INDEX' ||
  description === 'INDEX ATTACH' ||
  (description === 'CONSTRAINT' && definition?.startsWith('ALTER TABLE ONLY ') === true)

/**
 * Where a partition's trigger is disabled, or otherwise differs, its entry changes what that of the partitioned table has created, on
 * which it does not depend.
 */
function triggersAbove(
  entries: readonly TocEntry[],
  whole: readonly TocEntry[],
  { above }: TableHierarchy,
): ReadonlyMap<TocEntry, readonly number[]> {
  const byId = new Map(whole.map((entry) => [entry.dumpId, entry]))
  const triggers = entries
    .filter(({ description }) => description === 'TRIGGER')
    .flatMap((entry) => {
      const [table] = ownersOf(
        entry,
        entry.dependencies.flatMap((id) => byId.get(id) ?? []),
      )
      return table ? [{ entry, table: table.dumpId, name: entry.tag?.slice(table.tag?.length) }] : []
    })
  const ids = new Map(triggers.map(({ entry, table, name }) => [`${table}${name}`, entry.dumpId]))
  return new Map(
    triggers.map(({ entry, table, name }) => [entry, above(table).flatMap((id) => ids.get(`${id}${name}`) ?? [])]),
  )
}
