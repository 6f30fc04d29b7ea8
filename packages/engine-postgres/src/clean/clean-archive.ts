import type { CleanContext, CleanedDefinition, Cleaner } from '@pgark/core'
import type { Archive, TocEntry } from '@pgark/pg-archive'
import type { FileText } from '../backup/file-text.ts'
import { type CleanedEntry, cleanEntry } from './clean-entry.ts'
import { definitionHash, isSameSql } from './definition-hash.ts'
import { entryName } from './entry-name.ts'
import { withWhatBelongs } from './left-out.ts'

/** An archive's definitions after the cleaners, and what they have changed. */
export interface CleanedArchive {
  readonly archive: Archive
  /** Definitions that are another now, or none; spaces and comments are no difference. */
  readonly cleaned: readonly CleanedDefinition[]
  /** The relations that are defined no more, by oid: their rows have no place to go. */
  readonly leftOut: ReadonlySet<number>
}

/**
 * Applies cleaners to every definition, in order. What belongs to an object that was left out, such as its comment, rights, indexes and
 * triggers, goes with it, as by DROP. Throws `REFUSED.CLEAN` where something else needs it, all at once.
 */
export async function cleanArchive(
  archive: Archive,
  cleaners: readonly Cleaner[],
  text: Pick<FileText, 'decode' | 'toUnicode'>,
  context: CleanContext,
): Promise<CleanedArchive> {
  if (cleaners.length === 0) return { archive, cleaned: [], leftOut: new Set() }
  const entries: CleanedEntry[] = []
  for (const entry of archive.entries) entries.push(await cleanEntry(entry, cleaners, context))
  const outcome = withWhatBelongs(entries)
  const changed = outcome.filter(({ before, after }) => !after || !isSameSql(before, after))
  const names = await text.toUnicode(changed.map(({ before }) => entryName(before)))
  return {
    archive: { ...archive, entries: outcome.flatMap(({ after }) => after ?? []) },
    cleaned: changed.map(({ before, after, cleaner = '' }, at) => ({
      name: names[at] ?? '',
      cleaner,
      isLeftOut: after === undefined,
      sha256: definitionHash(before, text.decode),
    })),
    leftOut: new Set(changed.flatMap(({ before, after }) => (after ? [] : oidOf(before)))),
  }
}

/** The oid of a relation; other objects may have the same. */
const oidOf = ({ description, catalogId }: TocEntry) => (description === 'TABLE' ? [catalogId.oid] : [])
