import type { Finding } from '@pgark/core'
import { hasOwner, ownersOf, type TocEntry } from '@pgark/pg-archive'
import { readable } from '../../restore/parallel/in-unicode.ts'
import { canonicalSql } from './canonical-sql.ts'

/** What is compared with what, and what of it is no difference. */
export interface ComparedDefinitions {
  /** What is compared of the backup. */
  readonly stored: readonly TocEntry[]
  /** Everything that the database has. */
  readonly found: readonly TocEntry[]
  /** Of the text of both. */
  readonly encoding: string
  readonly noOwner: boolean
  readonly noPrivileges: boolean
  readonly noTablespace: boolean
  /** Whatever else the database has is a difference, not only what is on the objects compared. */
  readonly isAlone: boolean
  /** What was another definition, or was there, before cleaners changed what is stored: no difference from the database that was backed up. */
  wasCleaned(found: TocEntry): boolean
  /** What is stored as it was before the backup changed it because of its filters: no difference either. */
  asItWas(stored: TocEntry): TocEntry | undefined
  readonly severity: Finding['severity']
}

const privilegeKinds = new Set(['ACL', 'DEFAULT ACL'])
/** What their tag names is another object. */
const phrases = new Map([
  ['ACL', 'The access list of'],
  ['COMMENT', 'The comment on'],
  ['SECURITY LABEL', 'The security label on'],
])

/** The differences between definitions by kind, schema and name; numbers and order within an archive are none. */
export function definitionDifferences(compared: ComparedDefinitions): Finding[] {
  const { noPrivileges, isAlone, severity } = compared
  const isMeant = (entry: TocEntry) =>
    !(noPrivileges && privilegeKinds.has(entry.description ?? '')) && !isOfEveryDatabase(entry)
  const found = Map.groupBy(compared.found.filter(isMeant), keyOf)
  const matched = new Set<TocEntry>()
  const finding = (entry: TocEntry, problem: string): Finding => ({
    severity,
    code: 'COMPARE.DEFINITION',
    message: `${readable(nameOf(entry), compared.encoding)} ${problem}.`,
  })
  const differences: Finding[] = []
  for (const [key, stored] of Map.groupBy(compared.stored.filter(isMeant), keyOf)) {
    // Several may have the same name, such as operators.
    const left = [...(found.get(key) ?? [])]
    const take = (index: number) => {
      const [taken] = left.splice(index, 1)
      if (taken) matched.add(taken)
      return taken
    }
    const unlike = stored.filter((entry) => {
      const same = left.findIndex((other) => problemsOf(entry, other, compared).length === 0)
      return same === -1 || !take(same)
    })
    for (const entry of unlike) {
      const other = take(0)
      differences.push(
        finding(entry, other ? problemsOf(entry, other, compared).join(' and ') : 'is missing, the backup has it'),
      )
    }
  }
  const byId = new Map(compared.found.map((entry) => [entry.dumpId, entry]))
  const isOfMatched = (entry: TocEntry) => {
    const needed = entry.dependencies.flatMap((id) => byId.get(id) ?? [])
    return ownersOf(entry, needed).some((owner) => matched.has(owner))
  }
  for (const entry of compared.found) {
    const isMore = isMeant(entry) && !matched.has(entry) && (isAlone || isOfMatched(entry))
    if (isMore && !compared.wasCleaned(entry)) differences.push(finding(entry, 'is there, the backup has no such'))
  }
  return differences
}

/** The schema `public` of which nothing is said: what became it under a new name. */
const isOfEveryDatabase = ({ description, definition = '', owner }: TocEntry) =>
  description === 'SCHEMA' && !owner && !/^CREATE /m.test(definition)

/** What differs between an object of the backup and the one of the same name. */
function problemsOf(
  stored: TocEntry,
  found: TocEntry,
  { noOwner, noTablespace, encoding, wasCleaned, asItWas }: Omit<ComparedDefinitions, 'stored' | 'found'>,
): string[] {
  const problems: string[] = []
  const isSame = [stored, asItWas(stored)].some((entry) => entry && isSameDefinition(entry, found))
  if (!isSame && !wasCleaned(found)) problems.push('has another definition than in the backup')
  const differs = (key: 'owner' | 'tablespace' | 'tableAccessMethod', name: string) => {
    const [before = '', now = ''] = [stored[key], found[key]]
    if (before !== now)
      problems.push(
        `has the ${name} ${readable(now, encoding) || 'by default'}, in the backup ${readable(before, encoding) || 'by default'}`,
      )
  }
  if (!noOwner && hasOwner(stored)) differs('owner', 'owner')
  if (!noTablespace) differs('tablespace', 'tablespace')
  differs('tableAccessMethod', 'access method')
  return problems
}

function isSameDefinition({ description, definition: stored = '' }: TocEntry, { definition: found = '' }: TocEntry) {
  if (stored === found) return true
  const [one, other] = [canonicalSql(stored), canonicalSql(found)]
  if (one === other || !privilegeKinds.has(description ?? '')) return one === other
  // Grants of one role need not come in one order; those that were given by others stand between statements that say by whom.
  if (stored.includes('SET SESSION AUTHORIZATION') || found.includes('SET SESSION AUTHORIZATION')) return false
  const sorted = (sql: string) => sql.split(' ;').sort().join()
  return sorted(` ${one}`) === sorted(` ${other}`)
}

const keyOf = ({ description, schema, tag }: TocEntry) => JSON.stringify([description, schema || null, tag])

function nameOf({ description = '', schema, tag = '' }: TocEntry): string {
  const phrase = phrases.get(description)
  return phrase
    ? `${phrase} ${tag}${schema ? ` (${schema})` : ''}`
    : `${description} ${schema ? `${schema}.` : ''}${tag}`
}
