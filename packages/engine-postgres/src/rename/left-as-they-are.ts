import type { Finding } from '@pgark/core'
import type { TocEntry } from '@pgark/pg-archive'
import type { RenameNote } from '@pgark/pg-sql/rename'

const mostNames = 20

const said: Readonly<Record<RenameNote['level'], { readonly what: string; readonly hint: string }>> = {
  body: {
    what: 'Bodies of functions that mention what is renamed are left as they are',
    hint: 'look at them: what they name without a schema is found by the search_path, the rest under its old name',
  },
  string: {
    what: 'Texts that mention what is renamed are left as they are',
    hint: 'look at them: arguments of triggers, defaults and options may be names to whoever reads them',
  },
}

/** What mentions old names, where only a reader can tell whether it means them. */
export function leftFindings(notes: ReadonlyMap<TocEntry, readonly RenameNote[]>): Finding[] {
  return (['body', 'string'] as const).flatMap((level) => {
    const entries = [...notes].filter(([, each]) => each.some((note) => note.level === level)).map(([entry]) => entry)
    if (entries.length === 0) return []
    return {
      severity: 'warning',
      code: 'RENAME.LEFT',
      message: `${said[level].what}: ${namesIn(entries)}.`,
      hint: said[level].hint,
    }
  })
}

/** Entries by kind and name, the first of many. */
export function namesIn(entries: readonly TocEntry[]): string {
  const names = entries.map(
    ({ description = '', schema, tag = '' }) => `${description} ${schema ? `${schema}.` : ''}${tag}`,
  )
  const told = [...new Set(names)]
  const more = told.length > mostNames ? ` and ${told.length - mostNames} more` : ''
  return told.slice(0, mostNames).join(', ') + more
}
