import type { Contents, ContentsTable } from '@pgark/core'
import { entryComment, entrySql, PlainSettings, restoreOrder, type TocEntry } from '@pgark/pg-archive'
import { planArchive } from '../archive/archive-plan.ts'
import { largeObjectsAsData } from '../archive/large-object-entries.ts'
import { refreshSql, setvalSql } from '../backup/after-rows.ts'
import { type BackupParts, nameInBackup } from '../backup/backup-parts.ts'
import { describeContents, noLargeObjects } from '../backup/describe-contents.ts'
import type { FileText } from '../backup/file-text.ts'
import { copyInSql, tableRows } from '../backup/table-rows.ts'
import { version } from '../version.ts'
import { largeObjectRows } from './large-object-rows.ts'
import { closingSql, headerSql, setupSql } from './script-frame.ts'
import { packTableOfContents } from './table-of-contents.ts'

/**
 * A backup as one SQL script: header, session set-up, definitions, rows, sequences, large objects, what must come after rows,
 * privileges, materialised views, event triggers, completion marker. Returns what was in it.
 */
export async function* plainScript(parts: BackupParts, object: string): AsyncGenerator<Uint8Array, Contents> {
  const { request, snapshot, archive, text, run } = parts
  const { dataOnly = false, noOwner = false, noPrivileges = false } = request.selection
  const order = restoreOrder(archive.entries)
  const settings = new PlainSettings()
  const plan = await planArchive(parts, largeObjectsAsData)
  const definitions = (entries: readonly TocEntry[]) =>
    definitionText(dataOnly ? [] : entries, settings, !noOwner, text)

  if (request.header) yield await text.encode(headerSql(request, snapshot, version))
  yield await text.encode(setupSql(text.encoding, request.disableTriggers))
  yield* definitions(order.preData)

  run.onEvent({ type: 'phase', name: 'data' })
  const tables: ContentsTable[] = []
  for (const table of parts.tables) {
    const { schema, name } = nameInBackup(parts, table.relation)
    yield await text.encode(entryComment({ tag: name, description: 'TABLE DATA', schema, owner: undefined }))
    yield await text.encode(copyInSql(table, parts))
    tables.push(yield* tableRows(table, parts, object))
    yield Buffer.from('\\.\n\n')
  }
  const { sequences, refreshed } = plan
  for (const sequence of sequences)
    yield await text.encode(setvalSql({ ...sequence, ...nameInBackup(parts, sequence) }))
  if (sequences.length > 0) yield Buffer.from('\n')
  const largeObjects = snapshot.selected.withLargeObjects
    ? yield* largeObjectRows(snapshot.client, text, { owners: !noOwner, privileges: !noPrivileges })
    : noLargeObjects

  yield* definitions(order.postData)
  if (!noPrivileges) yield* definitions(order.privileges)
  for (const view of refreshed) yield await text.encode(`${refreshSql(nameInBackup(parts, view))}\n`)
  yield* definitions(order.eventTriggers)
  yield Buffer.from(closingSql(request.disableTriggers))

  const contents = describeContents(parts, { tables, sequences, largeObjects, refreshed })
  const tableOfContents = await packTableOfContents(plan.archive, request, text)
  return { ...contents, ...(tableOfContents !== undefined && { tableOfContents }) }
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
