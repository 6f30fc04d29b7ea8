import { ArchiveError } from '../archive-error.ts'
import type { Archive, TocEntry } from '../toc/model.ts'
import { setsUpSession } from './restored-part.ts'

/**
 * The entries that a list names, in the list's order: a list of `toList` or of `pg_restore --list`, with lines moved, removed, or
 * turned off by a `;` before them. What is behind a `;` is not looked at. An entry that is named twice has its first place.
 *
 * Before them come the entries that set up the session (encoding, syntax of literals, search path). Lists do not show them, and
 * no restore works without.
 *
 * @throws {ArchiveError} `ARCHIVE.LIST` for a line that begins with no dump id of the archive. pg_restore skips most of these
 * with a warning, and restores less than was meant.
 *
 * @example
 * const withoutRows = toList(archive).split('\n').filter((line) => !line.includes(' TABLE DATA '))
 * const entries = fromList(archive, withoutRows.join('\n'))
 */
export function fromList({ entries }: Pick<Archive, 'entries'>, list: string): TocEntry[] {
  const byId = new Map(entries.map((entry) => [entry.dumpId, entry]))
  const listed = new Set(entries.filter(setsUpSession))
  for (const [index, text] of list.split('\n').entries()) {
    const named = text.split(';', 1)[0]?.trim()
    if (!named) continue
    const entry = /^\d+$/.test(named) ? byId.get(Number(named)) : undefined
    if (!entry) throw notListed(index + 1, named)
    listed.add(entry)
  }
  return [...listed]
}

function notListed(line: number, named: string): ArchiveError {
  const isId = /^\d{1,10}$/.test(named)
  const problem = isId
    ? `names entry ${named}, which the archive does not have`
    : 'does not begin with the id of an entry'
  return new ArchiveError('ARCHIVE.LIST', `Line ${line} of the list ${problem}.`, {
    hint: 'begin lines as pg_restore --list does, and comments with ;',
    meta: { line },
  })
}
