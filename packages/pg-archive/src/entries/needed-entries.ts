import type { TocEntry } from '../toc/model.ts'
import { isExclusion } from './called-functions.ts'
import { ownersOf } from './owners-of.ts'
import { partitionTrees } from './partition-trees.ts'

/** What joins entries. It comes where all of them are, and brings none. */
const joining = new Set(['TABLE ATTACH', 'INDEX ATTACH', 'PUBLICATION TABLE', 'PUBLICATION TABLES IN SCHEMA'])

const haveOperatorClasses = new Set(['EXTENSION', 'OPERATOR CLASS'])

/**
 * These entries, what belongs to them, what that depends on, and so on; see `EntrySelection.withNeeds`. Nothing of an excluded
 * kind is among it or followed. Takes linear time; circles do not matter.
 */
export function whatTheyNeed(
  entries: readonly TocEntry[],
  named: Iterable<TocEntry>,
  excludedKinds: ReadonlySet<string>,
): Set<TocEntry> {
  const byId = new Map(entries.map((entry) => [entry.dumpId, entry]))
  const dependenciesOf = ({ dependencies }: TocEntry) => dependencies.flatMap((id) => byId.get(id) ?? [])
  const owners = new Map(entries.map((entry) => [entry, ownersOf(entry, dependenciesOf(entry))]))
  const belongings = new Map<TocEntry, TocEntry[]>()
  for (const [entry, ownersOfIt] of owners) {
    for (const owner of ownersOfIt) {
      const others = belongings.get(owner)
      if (others) others.push(entry)
      else belongings.set(owner, [entry])
    }
  }
  const { treeOf, partitionsOf } = partitionTrees(entries, byId)
  const tableOf = (entry: TocEntry) => (treeOf(entry) ? entry : owners.get(entry)?.find(treeOf))

  const operatorClasses = entries.filter(({ description = '' }) => haveOperatorClasses.has(description))

  const found = new Set<TocEntry>()
  const whole = new Set<TocEntry>()
  const queue: TocEntry[] = []
  const add = (entry: TocEntry) => {
    if (found.has(entry) || excludedKinds.has(entry.description ?? '')) return
    found.add(entry)
    queue.push(entry)
  }
  const addWithPartitions = (table: TocEntry) => {
    const tables = [table]
    for (let next = tables.pop(); next; next = tables.pop()) {
      if (whole.has(next)) continue
      whole.add(next)
      add(next)
      tables.push(...partitionsOf(next))
    }
  }
  for (const entry of named) {
    add(entry)
    addWithPartitions(entry)
  }
  for (let entry = queue.pop(); entry; entry = queue.pop()) {
    for (const owned of belongings.get(entry) ?? []) add(owned)
    if (isExclusion(entry)) for (const possible of operatorClasses.splice(0)) add(possible)
    const own = tableOf(entry)
    for (const needed of dependenciesOf(entry)) {
      add(needed)
      const table = tableOf(needed)
      // A partition depends on the table that it is of, its indexes on that table's: neither needs the other partitions.
      const isInside = owners.get(entry)?.includes(needed) || (own && table && treeOf(own) === treeOf(table))
      if (table && !isInside) addWithPartitions(table)
    }
  }
  const isFound = (id: number) => {
    const entry = byId.get(id)
    return entry !== undefined && found.has(entry)
  }
  for (const entry of entries) {
    if (joining.has(entry.description ?? '') && entry.dependencies.every(isFound)) add(entry)
  }
  return found
}
