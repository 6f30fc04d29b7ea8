import type { BackupRequest, Contents, ContentsTable, RequiredRole, Requirements, RunContext } from '@pgark/core'
import { type Archive, entryComment, entrySql, PlainSettings, restoreOrder, type TocEntry } from '@pgark/pg-archive'
import { quoteLiteral } from '@pgark/pg-sql'
import { readRefreshOrder } from '../catalogue/materialized-views.ts'
import { readSequences } from '../catalogue/sequences.ts'
import type { SnapshotReader } from '../copy/snapshot-reader.ts'
import type { HeldSnapshot } from '../snapshot/held-snapshot.ts'
import { qualifiedName } from '../snapshot/lock-tables.ts'
import { version } from '../version.ts'
import type { TableToCopy } from './describe-tables.ts'
import type { FileText } from './file-text.ts'
import { largeObjectRows } from './large-object-rows.ts'
import { lockEstimate } from './lock-estimate.ts'
import { closingSql, headerSql, setupSql } from './script-frame.ts'
import { tableRows } from './table-rows.ts'

/** Everything that a plain script is made of. */
export interface PlainParts {
  readonly request: BackupRequest
  readonly snapshot: HeldSnapshot
  readonly archive: Archive
  readonly requirements: Requirements
  readonly tables: readonly TableToCopy[]
  /** The first reads everything, the others help with large tables. */
  readonly readers: readonly SnapshotReader[]
  readonly text: FileText
  readonly object: string
  readonly run: RunContext
}

/**
 * A backup as one SQL script: header, session set-up, definitions, rows, sequences, large objects, what must come after rows,
 * privileges, materialised views, event triggers, completion marker. Returns what was in it.
 */
export async function* plainScript(parts: PlainParts): AsyncGenerator<Uint8Array, Contents> {
  const { request, snapshot, archive, text, run } = parts
  const { schemaOnly = false, dataOnly = false, noOwner = false, noPrivileges = false } = request.selection
  const order = restoreOrder(archive.entries)
  const settings = new PlainSettings()
  const definitions = (entries: readonly TocEntry[]) =>
    definitionText(dataOnly ? [] : entries, settings, !noOwner, text)

  if (request.header) yield await text.encode(headerSql(request, snapshot, version))
  yield await text.encode(setupSql(text.encoding, request.disableTriggers))
  yield* definitions(order.preData)

  run.onEvent({ type: 'phase', name: 'data' })
  const tables: ContentsTable[] = []
  for (const table of parts.tables) {
    const { relation } = table
    yield await text.encode(
      entryComment({ tag: relation.name, description: 'TABLE DATA', schema: relation.schema, owner: undefined }),
    )
    tables.push(yield* tableRows(table, parts.readers, snapshot, text, parts.object, run))
  }
  // Which sequences belong to the backup is pg_dump's to say.
  const sequenceOids = new Set(oidsOf(archive, 'SEQUENCE'))
  const sequences = await readSequences(snapshot.client, snapshot.selected.sequences(sequenceOids))
  for (const sequence of sequences) {
    const value = `${quoteLiteral(qualifiedName(sequence))}, ${sequence.lastValue}, ${sequence.isCalled}`
    yield await text.encode(`SELECT pg_catalog.setval(${value});\n`)
  }
  if (sequences.length > 0) yield Buffer.from('\n')
  const largeObjects = snapshot.selected.withLargeObjects
    ? yield* largeObjectRows(snapshot.client, text, { owners: !noOwner, privileges: !noPrivileges })
    : { count: 0, bytes: 0, roles: [] as readonly RequiredRole[] }

  yield* definitions(order.postData)
  if (!noPrivileges) yield* definitions(order.privileges)
  const views = schemaOnly ? [] : await readRefreshOrder(snapshot.client, oidsOf(archive, 'MATERIALIZED VIEW'))
  for (const view of views) yield await text.encode(`REFRESH MATERIALIZED VIEW ${qualifiedName(view)};\n\n`)
  yield* definitions(order.eventTriggers)
  yield Buffer.from(closingSql(request.disableTriggers))

  return {
    contentsVersion: 1,
    source: { database: snapshot.server.database, serverVersion: snapshot.server.version, encoding: text.encoding },
    snapshot: { time: snapshot.time, lsn: snapshot.lsn },
    tables,
    sequences,
    largeObjects: { count: largeObjects.count, bytes: largeObjects.bytes },
    refreshed: views,
    lockEstimate: lockEstimate(archive.entries) + largeObjects.count,
    requirements: { ...parts.requirements, roles: [...parts.requirements.roles, ...largeObjects.roles] },
    selection: Object.fromEntries(Object.entries(request.selection).filter(([, value]) => value !== undefined)),
  }
}

function* definitionText(entries: readonly TocEntry[], settings: PlainSettings, owners: boolean, text: FileText) {
  for (const entry of entries) {
    const name = [entry.schema, entry.tag].filter(Boolean).join('.')
    yield text.fromDump(
      settings.before(entry) + entrySql(entry, { owners }),
      `${entry.description ?? 'object'} ${name}`,
    )
  }
}

function oidsOf(archive: Archive, description: string): number[] {
  return archive.entries.filter((entry) => entry.description === description).map(({ catalogId }) => catalogId.oid)
}
