import type { TocEntry } from '../toc/model.ts'

const describing = new Set(['ACL', 'COMMENT', 'SECURITY LABEL', 'STATISTICS DATA'])
const tables = new Set(['TABLE', 'VIEW', 'MATERIALIZED VIEW', 'FOREIGN TABLE'])
/** Kinds that depend on a table because they are of it. A sequence that is no column's depends on no table. */
const ofTables = new Set(['INDEX', 'STATISTICS', 'SEQUENCE'])
/** Kinds whose tag is, or begins with, the name of what they belong to; they may depend on other tables too. */
const namedAfterOwner = new Set([
  'TABLE DATA',
  'MATERIALIZED VIEW DATA',
  'SEQUENCE SET',
  'SEQUENCE OWNED BY',
  'ROW SECURITY',
  'DEFAULT',
  'CONSTRAINT',
  'CHECK CONSTRAINT',
  'FK CONSTRAINT',
  'TRIGGER',
  'RULE',
  'POLICY',
])

/** To which of the entries that it depends on an entry belongs: it is wanted where they are. */
export function ownersOf(entry: TocEntry, dependencies: readonly TocEntry[]): TocEntry[] {
  const { description = '', schema, tag = '' } = entry
  const ofKinds = (isOwner: (kind: string) => boolean) =>
    dependencies.filter((other) => isOwner(other.description ?? ''))
  if (describing.has(description)) return ofKinds((kind) => kind !== 'ACL')
  if (ofTables.has(description)) return ofKinds((kind) => tables.has(kind))
  if (description === 'BLOBS') return ofKinds((kind) => kind === 'BLOB METADATA')
  if (!namedAfterOwner.has(description)) return []
  const owners = dependencies.filter(
    (other) => other.schema === schema && (tag === other.tag || tag.startsWith(`${other.tag} `)),
  )
  // `a b c` may be the constraint c of the table `a b`, or `b c` of `a`.
  const [longest] = owners.toSorted((one, other) => (other.tag ?? '').length - (one.tag ?? '').length)
  return longest ? [longest] : []
}
