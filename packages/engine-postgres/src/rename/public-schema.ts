import type { ArchiveHeader, TocEntry } from '@pgark/pg-archive'
import { NewEntries } from '../archive/new-entry.ts'

/** https://www.postgresql.org/docs/15/release-15.html */
const ownedByDatabaseOwnerSince = 15
const creates = /^CREATE SCHEMA /m
const created = { definition: 'CREATE SCHEMA public;\n', dropStatement: 'DROP SCHEMA public;\n' }
const granted = 'GRANT USAGE ON SCHEMA public TO PUBLIC;\n'
const acl = { description: 'ACL', tag: 'SCHEMA public', section: 'none' } as const

/**
 * Every database has a schema `public`, so that no archive creates it, and what it says of privileges is what differs from those that
 * it has from the beginning: to be renamed, both have to be said.
 */
export function withCreatedPublic(
  entries: readonly TocEntry[],
  { serverVersion = '' }: Pick<ArchiveHeader, 'serverVersion'>,
): readonly TocEntry[] {
  const there = entries.find(({ description, tag }) => description === 'SCHEMA' && tag === 'public')
  if (creates.test(there?.definition ?? '')) return entries
  const made = new NewEntries(entries)
  const isOwned = Number.parseInt(serverVersion, 10) >= ownedByDatabaseOwnerSince
  const owner = isOwned ? 'pg_database_owner' : undefined
  const schema = there
    ? { ...there, ...created }
    : made.make({ description: 'SCHEMA', tag: 'public', section: 'pre-data', owner, ...created })
  const isOfSchema = ({ description, tag, schema }: TocEntry) =>
    description === acl.description && tag === acl.tag && !schema
  const described = entries.map((entry) => {
    if (entry === there) return schema
    if (isOfSchema(entry)) return { ...entry, definition: granted + (entry.definition ?? '') }
    if (there || entry.schema !== 'public') return entry
    return { ...entry, dependencies: [...entry.dependencies, schema.dumpId] }
  })
  const ofRights = entries.some(isOfSchema)
    ? []
    : [made.make({ ...acl, owner: schema.owner, definition: granted, dependencies: [schema.dumpId] })]
  const first = entries.findIndex(({ section }) => section === 'pre-data')
  const at = first === -1 ? entries.length : first
  return [...described.slice(0, at), ...(there ? [] : [schema]), ...described.slice(at), ...ofRights]
}

/** As pg_dump writes it. */
const notCreated = {
  definition: '-- *not* creating schema, since initdb creates it\n',
  dropStatement: '-- *not* dropping schema, since initdb creates it\n',
  owner: '',
}

/**
 * What becomes `public` is there already: it is not created, not dropped and not given to its owner. Comments and privileges stay, as
 * those of `public` do in an archive; where that speaks of its own `public`, too, of the same one. `before` are the same entries under
 * their old names.
 */
export function withoutCreatedPublic(entries: readonly TocEntry[], before: readonly TocEntry[]): readonly TocEntry[] {
  const find = (is: typeof isPublic, isOwn: boolean) =>
    entries.find((entry, at) => is(entry) && is(before[at]) === isOwn)
  const made = find(isPublic, false)
  if (!made) return entries
  const own = find(isPublic, true)
  const [ownRights, rights] = [find(isAboutPublic('ACL'), true), find(isAboutPublic('ACL'), false)]
  const isCommented = find(isAboutPublic('COMMENT'), false) !== undefined
  const out = new Set([own && made, ownRights && rights, isCommented && find(isAboutPublic('COMMENT'), true)])
  return entries.flatMap((entry) => {
    if (out.has(entry)) return []
    if (entry === made) return { ...entry, ...notCreated }
    const dependencies = own
      ? entry.dependencies.map((id) => (id === made.dumpId ? own.dumpId : id))
      : entry.dependencies
    if (entry !== ownRights) return { ...entry, dependencies }
    return { ...entry, dependencies, definition: [entry.definition, rights?.definition].join('') }
  })
}

const isPublic = (entry: TocEntry | undefined) => entry?.description === 'SCHEMA' && entry.tag === 'public'
const isAboutPublic = (kind: string) => (entry: TocEntry | undefined) =>
  entry?.description === kind && entry.tag === 'SCHEMA public' && !entry.schema
