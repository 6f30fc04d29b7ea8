import { ArchiveError } from '../archive-error.ts'
import { createdLargeObjects, groupedLargeObjects } from '../plain/group-of-large-objects.ts'
import type { TocEntry } from '../toc/model.ts'
import type { LargeObject } from './entry-data.ts'
import { namedData } from './named-data.ts'

/**
 * The large objects of an entry, which must be those that the table of contents creates, each once. Nothing is known of them where
 * it creates none.
 */
export async function* largeObjectContents(
  entry: TocEntry,
  entries: readonly TocEntry[],
  objects: AsyncIterable<LargeObject>,
): AsyncGenerator<LargeObject> {
  const { dumpId } = entry
  const missing = createdFor(entry, entries)
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
function createdFor({ dependencies }: TocEntry, entries: readonly TocEntry[]): Set<number> {
  const needed = new Set(dependencies)
  const own = entries.filter(({ dumpId }) => needed.has(dumpId)).flatMap(groupedLargeObjects)
  return new Set((own.length > 0 ? own : entries.flatMap(createdLargeObjects)).map(Number))
}
