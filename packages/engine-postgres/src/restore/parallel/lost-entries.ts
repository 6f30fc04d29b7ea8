import { ownersOf, type TocEntry } from '@pgark/pg-archive'

/** These entries and all that cannot be without one of them. */
export function lostEntries(entries: readonly TocEntry[], isFirst: (entry: TocEntry) => boolean): Set<TocEntry> {
  const byId = new Map(entries.map((entry) => [entry.dumpId, entry]))
  const dependents = new Map<TocEntry, TocEntry[]>()
  const depends = (entry: TocEntry, on: TocEntry) => {
    const others = dependents.get(on)
    if (others) others.push(entry)
    else dependents.set(on, [entry])
  }
  for (const entry of entries) {
    const dependencies = entry.dependencies.flatMap((id) => byId.get(id) ?? [])
    for (const needed of dependencies) depends(entry, needed)
    for (const view of ownersOf(entry, dependencies)) if (isQueryOf(view, entry)) depends(view, entry)
  }
  const lost = new Set(entries.filter(isFirst))
  for (const entry of lost) for (const dependent of dependents.get(entry) ?? []) lost.add(dependent)
  return lost
}

/**
 * Where a view's query needs a primary key, which comes after the rows, pg_dump makes the view with columns that are NULL, and gives
 * it its query as a rule. Without that it would have a row that nobody has stored.
 */
// https://github.com/postgres/postgres/blob/REL_18_STABLE/src/bin/pg_dump/pg_dump_sort.c (repairViewRuleMultiLoop)
const isQueryOf = (view: TocEntry, { description, tag }: TocEntry) =>
  description === 'RULE' && tag === `${view.tag} _RETURN`
