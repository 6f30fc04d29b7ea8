import { ownersOf, type TocEntry } from '@pgark/pg-archive'

/** What is named, its partitions, the sequences of its columns, and what belongs to all of these. */
export function askedEntries(
  entries: readonly TocEntry[],
  isNamed: (entry: TocEntry) => boolean,
): ReadonlySet<TocEntry> {
  const byId = new Map(entries.map((entry) => [entry.dumpId, entry]))
  const dependenciesOf = ({ dependencies }: TocEntry) => dependencies.flatMap((id) => byId.get(id) ?? [])
  const brought = new Map<TocEntry, TocEntry[]>()
  const brings = (owner: TocEntry, entry: TocEntry) => {
    const others = brought.get(owner)
    if (others) others.push(entry)
    else brought.set(owner, [entry])
  }
  for (const entry of entries) {
    const dependencies = dependenciesOf(entry)
    for (const owner of ownersOf(entry, dependencies)) brings(owner, entry)
    const [first, second] = dependencies
    if (entry.description === 'TABLE ATTACH' && first && second) brings(second, first)
    if (entry.description !== 'SEQUENCE OWNED BY') continue
    const sequence = dependencies.find(({ description }) => description === 'SEQUENCE')
    for (const table of dependencies) if (sequence && table !== sequence) brings(table, sequence)
  }
  const asked = new Set(entries.filter(isNamed))
  for (const entry of asked) for (const other of brought.get(entry) ?? []) asked.add(other)
  return asked
}
