import type { TocEntry } from '../toc/model.ts'
import { isOfDatabase, isOfLargeObject, restoredPart } from './restored-part.ts'

/** The entries of an archive, in the order in which a restore runs them. */
export interface RestoreOrder {
  /** Before the rows. */
  readonly preData: readonly TocEntry[]
  /** Rows, values of sequences, statistics of tables, large objects and what describes them. */
  readonly data: readonly TocEntry[]
  /** After the rows: indexes, constraints, triggers. */
  readonly postData: readonly TocEntry[]
  /** After everything that could need an owner's rights. Those of large objects too. */
  readonly privileges: readonly TocEntry[]
  /** What may need privileges: refreshing materialised views, and the statistics of these and of indexes. */
  readonly refreshes: readonly TocEntry[]
  /** Last, so that they do not fire during the restore. */
  readonly eventTriggers: readonly TocEntry[]
}

type Pass = keyof RestoreOrder

/** What describes another entry and belongs where that one is. */
const subordinate = new Set(['COMMENT', 'SECURITY LABEL'])
const privileges = new Set(['ACL', 'DEFAULT ACL'])

/**
 * Sorts entries the way pg_restore passes over them: definitions and data, privileges, then what comes after privileges. Within
 * a pass the order of the archive stays. A comment stands after what it describes, also where pg_dump put it too early (one on a
 * constraint that is added after the rows). What sets up the session, or describes the database as a whole, is left out.
 *
 * pg_restore runs event triggers before it refreshes; here they are apart and last.
 */
export function restoreOrder(entries: readonly TocEntry[]): RestoreOrder {
  const order: Record<Pass, TocEntry[]> = {
    preData: [],
    data: [],
    postData: [],
    privileges: [],
    refreshes: [],
    eventTriggers: [],
  }
  const passes = new Map<number, Pass>()
  const late = lateComments(entries)
  for (const entry of entries) {
    const pass = passOf(entry, passes)
    if (pass === undefined) continue
    passes.set(entry.dumpId, pass)
    if (!late.comments.has(entry)) order[pass].push(entry)
    for (const comment of late.after.get(entry) ?? []) order[pass].push(comment)
  }
  return order
}

function passOf(entry: TocEntry, passes: ReadonlyMap<number, Pass>): Pass | undefined {
  const { description = '', section, tag, dependencies } = entry
  if (isOfDatabase(entry) || restoredPart(entry) === undefined) return undefined
  if (privileges.has(description)) return 'privileges'
  if (subordinate.has(description)) {
    if (tag?.startsWith('EVENT TRIGGER ')) return 'eventTriggers'
    if (isOfLargeObject(entry)) return 'data'
    return dependencies.some((id) => passes.get(id) === 'postData') ? 'postData' : 'preData'
  }
  if (description === 'EVENT TRIGGER') return 'eventTriggers'
  if (description === 'MATERIALIZED VIEW DATA') return 'refreshes'
  if (description === 'STATISTICS DATA') return section === 'post-data' ? 'refreshes' : 'data'
  if (section === 'data' || isOfLargeObject(entry)) return 'data'
  return section === 'post-data' ? 'postData' : 'preData'
}

/** Comments on constraints of domains that are added after the rows. */
export interface LateComments {
  /** Each with its constraint. */
  readonly comments: ReadonlyMap<TocEntry, TocEntry>
  /** By constraint. */
  readonly after: ReadonlyMap<TocEntry, readonly TocEntry[]>
}

/** pg_dump writes `CONSTRAINT name ON DOMAIN domain` comments with the domain, before a constraint that is added later. */
export function lateComments(entries: readonly TocEntry[]): LateComments {
  const constraints = new Map<string, TocEntry>()
  for (const entry of entries) {
    if (entry.description === 'CHECK CONSTRAINT' && restoredPart(entry))
      constraints.set(`${entry.schema}\0${entry.tag}`, entry)
  }
  const comments = new Map<TocEntry, TocEntry>()
  const after = new Map<TocEntry, TocEntry[]>()
  for (const entry of entries) {
    const match = entry.description === 'COMMENT' ? /^CONSTRAINT (.+) ON DOMAIN (.+)$/s.exec(entry.tag ?? '') : null
    const [, constraint = '', domain = ''] = match ?? []
    const described = match && constraints.get(`${entry.schema}\0${unquote(domain)} ${unquote(constraint)}`)
    if (!described) continue
    comments.set(entry, described)
    const others = after.get(described)
    if (others) others.push(entry)
    else after.set(described, [entry])
  }
  return { comments, after }
}

const unquote = (name: string) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name)
