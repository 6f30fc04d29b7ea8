import type { TocEntry } from '@pgark/pg-archive'
import { adaptStatement } from './adapt-statement.ts'
import { concerns, type Rewriting } from './rule.ts'
import { accessMethodOfPartitions } from './rules/relations.ts'
import { Seen } from './seen.ts'
import { statementsIn } from './statement.ts'
import type { Versions } from './versions.ts'

export interface AdaptedEntries {
  readonly entries: readonly TocEntry[]
  /** What was rewritten, and in which objects. */
  readonly told: ReadonlyMap<Rewriting, readonly TocEntry[]>
}

/** What all definitions of an archive say of each other. */
export function seenIn(entries: readonly TocEntry[]): Seen {
  const seen = new Seen()
  for (const { definition = '' } of entries) for (const sql of statementsIn(definition)) seen.look(sql)
  return seen
}

/** Some entries of an archive in words of an older server. Those with nothing left to say are left out. */
export function adaptEntries(
  entries: readonly TocEntry[],
  all: readonly TocEntry[],
  versions: Versions,
): AdaptedEntries {
  const seen = seenIn(all)
  const told = new Map<Rewriting, TocEntry[]>()
  const tell = (rule: Rewriting, entry: TocEntry) => {
    const others = told.get(rule)
    if (!others) told.set(rule, [entry])
    else if (others.at(-1) !== entry) others.push(entry)
  }
  const adapted = entries.flatMap((entry) => {
    const method = adaptAccessMethod(entry, versions)
    if (method !== entry) tell(accessMethodOfPartitions, entry)
    const { definition } = method
    if (!definition) return [method]
    const parts = statementsIn(definition).map((sql) => {
      const written = adaptStatement(sql, versions, seen)
      for (const rule of written?.by ?? []) tell(rule, entry)
      return written ? written.statements.join('') : sql
    })
    const text = parts.join('')
    if (text === definition) return [method]
    return text.trim() === '' ? [] : [{ ...method, definition: text }]
  })
  return { entries: adapted, told }
}

/** It stands in a field of its own. */
function adaptAccessMethod(entry: TocEntry, versions: Versions): TocEntry {
  if (entry.relkind !== 'p' || !entry.tableAccessMethod || !concerns(accessMethodOfPartitions, versions)) return entry
  return { ...entry, tableAccessMethod: undefined }
}
