import type { Finding } from '@pgark/core'
import { isOfLargeObject, type TocEntry } from '@pgark/pg-archive'
import { openRenamer, type RenameNote, type RenamePlan, SqlRenameError } from '@pgark/pg-sql/rename'
import { inNewSchema } from './extensions.ts'
import type { Inventory } from './inventory.ts'
import { renamedTag } from './renamed-tag.ts'

export interface RenamedEntries {
  readonly entries: readonly TocEntry[]
  /** What mentions a name and was left as it is, by entry. */
  readonly notes: ReadonlyMap<TocEntry, readonly RenameNote[]>
  /** What could not be renamed. */
  readonly problems: readonly Finding[]
}

/** They set up the session, or are about the database as a whole. */
const untouched = new Set(['ENCODING', 'STDSTRINGS', 'SEARCHPATH', 'DATABASE', 'DATABASE PROPERTIES'])
const viaRoot = /^(-- load via partition root )(.*)$/s

/** Entries with the names of the plan in every field; owners, roles, tablespaces and access methods have none of them. */
export async function renameEntries(
  entries: readonly TocEntry[],
  plan: RenamePlan,
  inventory: Inventory,
): Promise<RenamedEntries> {
  const renamer = await openRenamer(plan)
  const notes = new Map<TocEntry, readonly RenameNote[]>()
  const problems: Finding[] = []
  const renamed = entries.map((entry) => {
    if (untouched.has(entry.description ?? '') || isOfLargeObject(entry)) return entry
    const noted: RenameNote[] = []
    const rename = (sql: string) => {
      const done = renamer.rename(sql)
      noted.push(...done.notes)
      return done.sql
    }
    try {
      const result = renameEntry(entry, plan, inventory, rename)
      if (noted.length > 0) notes.set(result, noted)
      return result
    } catch (error) {
      if (!(error instanceof SqlRenameError)) throw error
      problems.push(cannot(entry, error))
      return entry
    }
  })
  return { entries: renamed, notes, problems: [...problems, ...entries.filter(isOfInserts(plan)).map(asInserts)] }
}

function renameEntry(
  entry: TocEntry,
  plan: RenamePlan,
  inventory: Inventory,
  rename: (sql: string) => string,
): TocEntry {
  const { definition, dropStatement, copyStatement, schema } = entry
  if (entry.description === 'EXTENSION') return { ...entry, definition: definition && inNewSchema(definition, rename) }
  const [, comment, root] = viaRoot.exec(definition ?? '') ?? []
  return {
    ...entry,
    tag: entry.tag === undefined ? undefined : renamedTag(entry, plan, inventory, rename),
    schema: schema ? (plan.schema(schema) ?? schema) : schema,
    definition: root === undefined ? definition && rename(definition) : `${comment}${renamedTable(root, rename)}`,
    dropStatement: dropStatement && rename(dropStatement),
    copyStatement: copyStatement && rename(copyStatement),
  }
}

/** A table's name, as it is written. */
function renamedTable(name: string, rename: (sql: string) => string): string {
  const [before, after] = ['COMMENT ON TABLE ', ' IS NULL']
  return rename(before + name + after).slice(before.length, -after.length)
}

/** Rows as INSERT statements name their table in each of them. */
const isOfInserts = (plan: RenamePlan) => (entry: TocEntry) =>
  entry.description === 'TABLE DATA' &&
  entry.hadDumper &&
  entry.copyStatement === undefined &&
  plan.object('relation', entry.schema ?? '', entry.tag ?? '') !== undefined

const nameOf = ({ description = '', schema, tag = '' }: TocEntry) =>
  `${description} ${schema ? `${schema}.` : ''}${tag}`

const cannot = (entry: TocEntry, error: Error): Finding => ({
  severity: 'error',
  code: 'REFUSED.RENAME',
  message: `${nameOf(entry)} cannot be renamed: ${error.message}`,
  hint: 'restore it under its own name, and rename it there',
})

const asInserts = (entry: TocEntry): Finding => ({
  severity: 'error',
  code: 'REFUSED.RENAME',
  message: `${nameOf(entry)} cannot be renamed: its rows are INSERT statements.`,
  hint: 'dump it without --inserts, or restore it under its own name, and rename it there',
})
