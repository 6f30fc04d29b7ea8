import type { TocEntry } from '../toc/model.ts'

const grouped = 'BLOB METADATA'
const groupGrants = /^LARGE OBJECTS /
const created = /lo_create\('(\d+)'\)/g

/**
 * Entries with statements for each large object, where pg_dump since 17 puts up to 1,000 of them into one: their ids instead of
 * what creates them, and the rights of the first for all.
 */
export function withEachLargeObject(entries: readonly TocEntry[]): readonly TocEntry[] {
  const groups = new Map<number, readonly string[]>()
  for (const entry of entries) if (isGroup(entry)) groups.set(entry.dumpId, groupedLargeObjects(entry))
  if (groups.size === 0) return entries
  return entries.map((entry) => {
    const own = groups.get(entry.dumpId)
    if (own) return { ...entry, definition: own.map((oid) => `SELECT pg_catalog.lo_create('${oid}');\n`).join('') }
    const oids = entry.dependencies.flatMap((id) => groups.get(id) ?? [])
    const [first] = oids
    if (entry.description !== 'ACL' || !groupGrants.test(entry.tag ?? '') || first === undefined) return entry
    const ofFirst = new RegExp(` ON LARGE OBJECT ${first} `, 'g')
    const definition = oids.map((oid) => entry.definition?.replace(ofFirst, ` ON LARGE OBJECT ${oid} `)).join('')
    return { ...entry, definition }
  })
}

/** Whether an entry creates several large objects, as pg_dump since 17 writes them. */
export const isGroup = ({ description }: TocEntry) => description === grouped

/** The large objects of a group. */
export function groupedLargeObjects(entry: TocEntry): readonly string[] {
  return (isGroup(entry) && entry.definition?.match(/\d+/g)) || []
}

/** The large objects that an entry creates. */
export function createdLargeObjects({ description, definition = '' }: TocEntry): string[] {
  if (description !== 'BLOB' && description !== grouped) return []
  return [...definition.matchAll(created)].map(([, oid = '']) => oid)
}
