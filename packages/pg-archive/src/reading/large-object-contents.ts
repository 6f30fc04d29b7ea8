import { ArchiveError } from '../archive-error.ts'
import { createdLargeObjects, groupedLargeObjects, isGroup } from '../entries/group-of-large-objects.ts'
import type { TocEntry } from '../toc/model.ts'
import { type LargeObject, largeObjects } from './entry-data.ts'
import { namedData } from './named-data.ts'

/**
 * Reads the large objects of entries, which must be those that the table of contents creates for each, each once. Nothing is known of
 * them where it creates none.
 */
export class LargeObjectContents {
  readonly #entries: readonly TocEntry[]
  readonly #groups: ReadonlyMap<number, TocEntry>
  readonly #isOnlyOne: boolean

  constructor(entries: readonly TocEntry[]) {
    this.#entries = entries
    this.#groups = new Map(entries.filter(isGroup).map((entry) => [entry.dumpId, entry]))
    this.#isOnlyOne = entries.filter(({ description }) => description === largeObjects).length === 1
  }

  /** `objects`, as they were found in the data of `entry`. */
  async *of({ dumpId, dependencies }: TocEntry, objects: AsyncIterable<LargeObject>): AsyncGenerator<LargeObject> {
    const missing = this.#createdFor(dependencies)
    const isKnown = missing.size > 0
    for await (const { oid, content } of objects) {
      if (isKnown && !missing.delete(oid)) {
        throw new ArchiveError(
          'ARCHIVE.CORRUPT',
          `Large object ${oid} of entry ${dumpId} is none that the table of contents names, or came twice.`,
          { meta: { dumpId }, hint: 'use another copy' },
        )
      }
      yield { oid, content: namedData(content, `large object ${oid}`, dumpId) }
    }
    const [lost] = missing
    if (lost === undefined) return
    throw new ArchiveError('ARCHIVE.TRUNCATED', `Large object ${lost} is missing in the data of entry ${dumpId}.`, {
      meta: { dumpId },
      hint: 'use another copy',
    })
  }

  /** Since 17 contents have a group of their own, which they depend on; before, all objects belong to the only contents. */
  #createdFor(dependencies: readonly number[]): Set<number> {
    const own = dependencies.flatMap((id) => this.#groups.get(id) ?? []).flatMap(groupedLargeObjects)
    if (own.length > 0) return new Set(own.map(Number))
    return new Set(this.#isOnlyOne ? this.#entries.flatMap(createdLargeObjects).map(Number) : [])
  }
}
