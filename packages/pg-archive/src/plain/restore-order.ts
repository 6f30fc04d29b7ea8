import type { TocEntry } from '../toc/model.ts'

/** The definitions of an archive, in the order in which a restore runs them. */
export interface RestoreOrder {
  /** Before the rows. */
  readonly preData: readonly TocEntry[]
  /** After the rows: indexes, constraints, triggers. */
  readonly postData: readonly TocEntry[]
  /** After everything that could need an owner's rights. */
  readonly privileges: readonly TocEntry[]
  /** Last, so that they do not fire during the restore. */
  readonly eventTriggers: readonly TocEntry[]
}

/** What a plain script sets up by itself, or stores as data. */
const notDefinitions = new Set(['ENCODING', 'STDSTRINGS', 'SEARCHPATH', 'DATABASE', 'DATABASE PROPERTIES'])
/** What describes another entry and belongs where that one is. */
const subordinate = new Set(['COMMENT', 'SECURITY LABEL'])

/**
 * Sorts entries the way pg_restore passes over them: definitions, privileges, event triggers. A comment stands after what it
 * describes, also where pg_dump put it too early (one on a constraint that is added after the rows).
 */
export function restoreOrder(entries: readonly TocEntry[]): RestoreOrder {
  const order = {
    preData: [] as TocEntry[],
    postData: [] as TocEntry[],
    privileges: [] as TocEntry[],
    eventTriggers: [] as TocEntry[],
  }
  const passes = new Map<number, keyof typeof order>()
  const domainConstraints = new Map<string, TocEntry>()
  for (const entry of entries) {
    if (entry.description === 'CHECK CONSTRAINT') domainConstraints.set(`${entry.schema}\0${entry.tag}`, entry)
  }
  const late: { comment: TocEntry; after: TocEntry }[] = []
  for (const entry of entries) {
    const pass = passOf(entry, passes)
    if (pass === undefined) continue
    passes.set(entry.dumpId, pass)
    const after = pass === 'preData' ? lateConstraint(entry, domainConstraints) : undefined
    if (after) late.push({ comment: entry, after })
    else order[pass].push(entry)
  }
  for (const { comment, after } of late) order.postData.splice(order.postData.indexOf(after) + 1, 0, comment)
  return order
}

function passOf(entry: TocEntry, passes: ReadonlyMap<number, keyof RestoreOrder>): keyof RestoreOrder | undefined {
  const description = entry.description ?? ''
  if (entry.section === 'data' || notDefinitions.has(description) || !entry.definition) return undefined
  if (description === 'ACL' || description === 'DEFAULT ACL') return 'privileges'
  const isSubordinate = subordinate.has(description)
  if (description === 'EVENT TRIGGER' || (isSubordinate && entry.tag?.startsWith('EVENT TRIGGER ')))
    return 'eventTriggers'
  if (!isSubordinate) return entry.section === 'post-data' ? 'postData' : 'preData'
  return entry.dependencies.some((id) => passes.get(id) === 'postData') ? 'postData' : 'preData'
}

/** pg_dump writes `CONSTRAINT name ON DOMAIN domain` comments with the domain, before a constraint that is added later. */
function lateConstraint(entry: TocEntry, constraints: ReadonlyMap<string, TocEntry>): TocEntry | undefined {
  const match = entry.description === 'COMMENT' ? /^CONSTRAINT (.+) ON DOMAIN (.+)$/s.exec(entry.tag ?? '') : null
  if (!match) return undefined
  const [, constraint = '', domain = ''] = match
  return constraints.get(`${entry.schema}\0${unquote(domain)} ${unquote(constraint)}`)
}

const unquote = (name: string) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name)
