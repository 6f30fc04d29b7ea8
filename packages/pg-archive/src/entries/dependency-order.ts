import { ArchiveError } from '../archive-error.ts'
import type { TocEntry } from '../toc/model.ts'

/** Dump ids that each entry, by its own, depends on. */
export type Dependencies = ReadonlyMap<number, Iterable<number>>

/** What an order has to know of an entry. */
type Ordered = Pick<TocEntry, 'dumpId'> & Partial<Pick<TocEntry, 'description' | 'schema' | 'tag'>>

/** Entries of a circle that a message names; a hostile archive can make it as long as itself. */
const namedEntries = 5

/**
 * Puts each entry behind those it depends on, and otherwise leaves them in their order. Ids that are not among the entries are
 * ignored. Takes linear time, and no stack.
 *
 * @throws {ArchiveError} `ARCHIVE.CYCLE` where that cannot be.
 */
export function inDependencyOrder<Entry extends Ordered>(
  entries: readonly Entry[],
  dependencies: Dependencies,
): Entry[] {
  const byId = new Map(entries.map((entry) => [entry.dumpId, entry]))
  const sorted: Entry[] = []
  const states = new Map<Entry, 'open' | 'done'>()
  const path: { readonly entry: Entry; readonly rest: Iterator<number> }[] = []
  const open = (entry: Entry) => {
    states.set(entry, 'open')
    path.push({ entry, rest: (dependencies.get(entry.dumpId) ?? [])[Symbol.iterator]() })
  }
  for (const start of entries) {
    if (!states.has(start)) open(start)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { done, value } = top.rest.next()
      if (done) {
        states.set(top.entry, 'done')
        sorted.push(top.entry)
        path.pop()
        continue
      }
      const needed = byId.get(value)
      const state = needed && states.get(needed)
      if (state === 'open')
        throw cycle(path.map(({ entry }) => entry).slice(path.findIndex((at) => at.entry === needed)))
      if (needed && state === undefined) open(needed)
    }
  }
  return sorted
}

function cycle(circle: readonly Ordered[]): ArchiveError {
  const names = circle
    .slice(0, namedEntries)
    .map(
      ({ dumpId, description, schema, tag }) => `${dumpId} (${[description, schema, tag].filter(Boolean).join(' ')})`,
    )
  const others = circle.length > namedEntries ? ` and ${circle.length - namedEntries} more` : ''
  const problem =
    circle.length === 1
      ? `Entry ${names[0]} of the archive depends on itself.`
      : `Entries ${names.join(', ')}${others} of the archive depend on each other in a circle.`
  return new ArchiveError('ARCHIVE.CYCLE', problem, {
    hint: 'use another copy; pg_dump writes no such archive',
    meta: { dumpIds: circle.map(({ dumpId }) => dumpId) },
  })
}
