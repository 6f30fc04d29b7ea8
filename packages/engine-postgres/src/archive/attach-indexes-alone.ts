import { type TocEntry, tableHierarchy } from '@pgark/pg-archive'

/**
 * Has each index that is attached depend on all tables above its partition, not only on the next: `pg_restore --jobs` runs nothing
 * beside it then that depends on one of these. A foreign key to the topmost table is checked from there down by any index of the
 * partitions, while attaching locks an index and then those above it: they wait for each other, and one of them is lost. Where one
 * of these tables is not restored, no partition of it is, so that this asks for nothing more.
 */
export function attachIndexesAlone(entries: readonly TocEntry[]): TocEntry[] {
  const { above } = tableHierarchy(entries)
  return entries.map((entry) => {
    if (entry.description !== 'INDEX ATTACH') return entry
    const { dependencies } = entry
    return { ...entry, dependencies: [...new Set(dependencies.flatMap((id) => [id, ...above(id)]))] }
  })
}
