import { PgarkError, type Problem } from '@pgark/core'
import { ownersOf, type TocEntry } from '@pgark/pg-archive'
import type { CleanedEntry } from './clean-entry.ts'
import { entryName } from './entry-name.ts'

/** Leaves out with an object what belongs to it. Throws `REFUSED.CLEAN` that names all that else would need what is left out. */
export function withWhatBelongs(entries: readonly CleanedEntry[]): readonly CleanedEntry[] {
  const leftOut = new Map(entries.flatMap((entry) => (entry.after ? [] : [[entry.before.dumpId, entry]])))
  if (leftOut.size === 0) return entries
  // pg_dump names what is needed for several reasons, such as several columns of a key, as often.
  const missingFor = ({ dependencies }: TocEntry) =>
    [...new Set(dependencies)].flatMap((dumpId) => leftOut.get(dumpId) ?? [])
  // What belongs to something may have its own: the comment on an index of a table.
  for (let before = 0; before < leftOut.size; ) {
    before = leftOut.size
    for (const entry of entries) {
      if (leftOut.has(entry.before.dumpId)) continue
      const owners = ownersOf(
        entry.before,
        missingFor(entry.before).map((missing) => missing.before),
      )
      const owner = owners[0] && leftOut.get(owners[0].dumpId)
      if (owner) leftOut.set(entry.before.dumpId, { ...entry, after: undefined, cleaner: owner.cleaner })
    }
  }
  const problems: Problem[] = entries
    .filter(({ before }) => !leftOut.has(before.dumpId))
    .flatMap(({ before }) =>
      missingFor(before).map((missing) => ({
        message: `${entryName(before)} needs ${entryName(missing.before)}, which the cleaner ${missing.cleaner} left out.`,
        hint: 'leave out both, or neither',
      })),
    )
  const [first] = problems
  if (first) {
    throw new PgarkError('REFUSED.CLEAN', problems.map(({ message }) => message).join('\n'), {
      meta: { problems },
      ...(first.hint && { hint: first.hint }),
    })
  }
  return entries.map((entry) => leftOut.get(entry.before.dumpId) ?? entry)
}
