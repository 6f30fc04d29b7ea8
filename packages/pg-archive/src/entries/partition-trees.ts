import type { TocEntry } from '../toc/model.ts'

/** Partitioned tables, over several levels. */
export interface PartitionTrees {
  /** The same for all tables of a tree; undefined for an entry that is no table of any. */
  treeOf(entry: TocEntry): TocEntry | undefined
  partitionsOf(table: TocEntry): readonly TocEntry[]
}

/** Reads from the attachments which table is a partition of which. */
export function partitionTrees(entries: readonly TocEntry[], byId: ReadonlyMap<number, TocEntry>): PartitionTrees {
  const parents = new Map<TocEntry, TocEntry>()
  const partitions = new Map<TocEntry, TocEntry[]>()
  for (const { description, dependencies } of entries) {
    if (description !== 'TABLE ATTACH') continue
    const [partition, parent] = dependencies.map((id) => byId.get(id))
    if (!partition || !parent) continue
    parents.set(partition, parent)
    const others = partitions.get(parent)
    if (others) others.push(partition)
    else partitions.set(parent, [partition])
  }
  const trees = new Map<TocEntry, TocEntry>()
  const treeOf = (entry: TocEntry): TocEntry | undefined => {
    if (!parents.has(entry) && !partitions.has(entry)) return undefined
    const path = new Set<TocEntry>()
    let root = entry
    for (let at: TocEntry | undefined = entry; at && !path.has(at); at = trees.get(at) ?? parents.get(at)) {
      path.add(at)
      root = at
    }
    for (const at of path) trees.set(at, root)
    return root
  }
  return { treeOf, partitionsOf: (table) => partitions.get(table) ?? [] }
}
