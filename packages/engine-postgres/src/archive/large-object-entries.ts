import type { TocEntry } from '@pgark/pg-archive'
import type { BackupParts } from '../backup/backup-parts.ts'
import { LargeObjectRoles } from '../backup/large-object-roles.ts'
import {
  commentSql,
  createSql,
  grantsSql,
  type LargeObject,
  labelsSql,
  listLargeObjects,
} from '../catalogue/large-objects.ts'
import { type NewEntries, withData } from './new-entry.ts'

/** `pg_largeobject`, as pg_dump names the catalogue of large objects. */
const catalogue = 2613

export interface LargeObjectEntries {
  /** They create the objects. */
  readonly definitions: readonly TocEntry[]
  /** Has what is in them; undefined where there are none. */
  readonly contents: TocEntry | undefined
  readonly oids: readonly string[]
  readonly roles: LargeObjectRoles
}

/**
 * Large objects as pg_dump before 17 writes them, one entry each, which every pg_restore reads; since 17 it puts up to 1,000 into
 * one, which only 17 and newer read.
 */
export async function largeObjectEntries(parts: BackupParts, entries: NewEntries): Promise<LargeObjectEntries> {
  const { noOwner = false, noPrivileges = false } = parts.request.selection
  const roles = new LargeObjectRoles({ owners: !noOwner, privileges: !noPrivileges })
  const definitions: TocEntry[] = []
  const oids: string[] = []
  for await (const batch of parts.snapshot.selected.withLargeObjects ? listLargeObjects(parts.snapshot.client) : []) {
    for (const object of batch) {
      roles.add(object)
      oids.push(object.oid)
    }
    const owners = await parts.text.inDump(batch.map(({ owner }) => (noOwner ? '' : owner)))
    const comments = await parts.text.inDump(batch.map(commentSql))
    const labels = await parts.text.inDump(batch.map(labelsSql))
    const grants = await parts.text.inDump(batch.map((object) => (noPrivileges ? '' : grantsSql(object))))
    batch.forEach((object, at) => {
      const owner = owners[at]
      const created = entries.make({ ...creation(object), owner })
      const more = (description: string, definition: string | undefined) =>
        definition
          ? [
              entries.make({
                description,
                tag: `LARGE OBJECT ${object.oid}`,
                section: 'none',
                definition,
                owner,
                dependencies: [created.dumpId],
              }),
            ]
          : []
      definitions.push(
        created,
        ...more('COMMENT', comments[at]),
        ...more('SECURITY LABEL', labels[at]),
        ...more('ACL', grants[at]),
      )
    })
  }
  return { definitions, contents: oids.length > 0 ? contentsEntry(entries) : undefined, oids, roles }
}

/** Large objects as a script has them, where all that is said of them is data, however many there are. */
export const largeObjectsAsData: typeof largeObjectEntries = async ({ snapshot }, entries) => ({
  definitions: [],
  contents: snapshot.selected.withLargeObjects ? contentsEntry(entries) : undefined,
  oids: [],
  roles: new LargeObjectRoles({ owners: false, privileges: false }),
})

const contentsEntry = (entries: NewEntries) =>
  entries.make({ description: 'BLOBS', tag: 'BLOBS', section: 'data', data: withData })

const creation = (object: LargeObject) => ({
  description: 'BLOB',
  tag: object.oid,
  section: 'pre-data' as const,
  catalogId: { tableOid: catalogue, oid: Number(object.oid) },
  definition: createSql(object),
  dropStatement: `SELECT pg_catalog.lo_unlink('${object.oid}');\n`,
})
