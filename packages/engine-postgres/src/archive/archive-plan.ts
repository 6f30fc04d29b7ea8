import type { ContentsSequence, TableName } from '@pgark/core'
import type { Archive, TocEntry } from '@pgark/pg-archive'
import { type BackupParts, refreshedViews, sequencesOf } from '../backup/backup-parts.ts'
import type { TableToCopy } from '../backup/describe-tables.ts'
import { attachIndexesAlone } from './attach-indexes-alone.ts'
import { type LargeObjectEntries, largeObjectEntries } from './large-object-entries.ts'
import { NewEntries } from './new-entry.ts'
import { RelationEntries } from './table-entries.ts'

/** A whole archive before its data: what its table of contents says, and where the data will come from. */
export interface ArchivePlan {
  readonly archive: Pick<Archive, 'header' | 'entries'>
  readonly tables: readonly { readonly entry: TocEntry; readonly table: TableToCopy }[]
  readonly sequences: readonly ContentsSequence[]
  readonly largeObjects: LargeObjectEntries
  readonly refreshed: readonly TableName[]
}

/** What pg_restore sets in each of its sessions. */
const sessionEntries = new Set(['ENCODING', 'STDSTRINGS', 'SEARCHPATH', 'DATABASE', 'DATABASE PROPERTIES'])
/** What `pg_dump --no-privileges` leaves out. */
const privileges = new Set(['ACL', 'DEFAULT ACL'])
/**
 * pg_restore runs what stands in the entry for the search path in each of its sessions. Money was read with this setting, and the
 * target may have another one.
 */
const moneySql = "SELECT pg_catalog.set_config('lc_monetary', 'C', false);\n"

/** The dump ids of the rows of tables: the first ones, so that their files have names before pg_dump has told the others. */
export const dumpIdsOf = (tables: readonly TableToCopy[]): ReadonlyMap<TableToCopy, number> =>
  new Map(tables.map((table, at) => [table, at + 1]))

/** Adds what pg_dump leaves out of a dump of definitions: rows, values of sequences, large objects, refreshes. */
export async function planArchive(given: BackupParts, largeObjectsOf = largeObjectEntries): Promise<ArchivePlan> {
  const archive = withFirstIdsFree(given.archive, given.tables.length)
  const parts = { ...given, archive }
  const { request } = parts
  const created = new NewEntries(archive.entries)
  const relations = new RelationEntries(parts, created)
  const tables: { entry: TocEntry; table: TableToCopy }[] = []
  for (const [table, dumpId] of dumpIdsOf(parts.tables)) {
    tables.push({ entry: { ...(await relations.rows(table)), dumpId }, table })
  }
  const sequences = await sequencesOf(parts)
  const values: TocEntry[] = []
  for (const sequence of sequences) values.push(await relations.value(sequence))
  const largeObjects = await largeObjectsOf(parts, created)
  const refreshed = await refreshedViews(parts)
  const refreshes: TocEntry[] = []
  for (const view of refreshed)
    refreshes.push(
      await relations.refresh(
        view,
        refreshes.map(({ dumpId }) => dumpId),
      ),
    )

  const { dataOnly = false, noOwner = false, noPrivileges = false } = request.selection
  const definitions = attachIndexesAlone(archive.entries)
    .filter(({ description = '' }) => !dataOnly || sessionEntries.has(description))
    .filter(({ description = '' }) => !noPrivileges || !privileges.has(description))
    .map((entry) => (noOwner ? { ...entry, owner: '' } : entry))
    .map((entry) =>
      entry.description === 'SEARCHPATH' ? { ...entry, definition: `${entry.definition ?? ''}${moneySql}` } : entry,
    )
  const end = definitions.findIndex(({ section }) => section === 'post-data')
  const boundary = end === -1 ? definitions.length : end
  const entries = [
    ...definitions.slice(0, boundary),
    ...largeObjects.definitions,
    ...tables.map(({ entry }) => entry),
    ...values,
    ...(largeObjects.contents ? [largeObjects.contents] : []),
    ...definitions.slice(boundary),
    ...refreshes,
  ]
  return { archive: { header: archive.header, entries }, tables, sequences, largeObjects, refreshed }
}

function withFirstIdsFree(archive: Archive, count: number): Archive {
  const entries = archive.entries.map((entry) => ({
    ...entry,
    dumpId: entry.dumpId + count,
    dependencies: entry.dependencies.map((dumpId) => dumpId + count),
  }))
  return { ...archive, entries }
}
