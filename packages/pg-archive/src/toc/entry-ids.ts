import { inDependencyOrder } from '../entries/dependency-order.ts'
import type { TocEntry } from './model.ts'

/** What the dump ids of an archive's entries must be, whether they are read or written: different, and in no circle. */
export class EntryIds {
  readonly #seen = new Set<number>()
  /** Each entry stands behind those that it depends on, as pg_dump writes them: then there is no circle. */
  #isInOrder = true

  /** Takes note of the next entry; false for an id that was there before. */
  add({ dumpId, dependencies }: TocEntry): boolean {
    if (this.#seen.has(dumpId)) return false
    this.#isInOrder &&= dependencies.every((id) => this.#seen.has(id))
    this.#seen.add(dumpId)
    return true
  }

  /** Throws `ARCHIVE.CYCLE` where entries, all that were added, depend on each other in a circle. */
  checkCircles(entries: readonly TocEntry[]): void {
    if (this.#isInOrder) return
    inDependencyOrder(entries, new Map(entries.map(({ dumpId, dependencies }) => [dumpId, dependencies])))
  }
}
