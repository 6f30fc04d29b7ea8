import { type Contents, isPgarkError, type Renames, type RunContext, type Selection } from '@pgark/core'
import type { Archive, TocEntry } from '@pgark/pg-archive'
import type { Connector } from '../../connection/connect.ts'
import { databaseError } from '../../connection/database-error.ts'
import { beginPinned } from '../../connection/pinned-transaction.ts'
import { readServer } from '../../connection/server.ts'
import { readDefinitions } from '../../definitions/read-definitions.ts'
import { asBytes, asText } from '../../rename/archive-text.ts'
import { askTarget } from '../../rename/ask-target.ts'
import { allMade } from '../../rename/extensions.ts'
import { hasOldNames, underOldNames } from '../../rename/old-names.ts'
import { isUnicode, renameArchive } from '../../rename/rename-archive.ts'

/** How pg_dump says that there is nothing of what it was asked for. */
const nothingThere = /no matching (tables|schemas) were found/

/** The definitions of a database at one instant, as a backup in that encoding would have them, with one character for each byte. */
export async function targetDefinitions(
  connector: Connector,
  selection: Selection,
  encoding: string,
  run: RunContext,
): Promise<Archive | undefined> {
  const { signal } = run
  const client = await connector.connect(signal)
  try {
    await beginPinned(client, connector.options.lockTimeoutMs, 'REPEATABLE READ')
    const server = await readServer(client)
    const { rows } = await client.query('SELECT pg_export_snapshot() AS id')
    const snapshot = { id: rows[0].id, server, signal, client }
    return await readDefinitions(connector, snapshot, selection, { encoding, decode: 'latin1' }, run)
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (isPgarkError(error) && nothingThere.test(error.message)) return undefined
    throw databaseError(error, 'ENGINE.COMPARE', `Cannot read the definitions of ${connector.target}`)
  } finally {
    await client.end()
  }
}

/** The same for a backup that was written under new names: those of the database that it is from get them, too. */
export async function targetUnderNewNames(
  connector: Connector,
  contents: Contents,
  renamed: Renames,
  encoding: string,
  run: RunContext,
): Promise<Archive | undefined> {
  if (!(await askTarget(connector, { role: undefined }, run, (client) => hasOldNames(client, contents))))
    return await targetDefinitions(connector, contents.selection, encoding, run)
  const { selection } = underOldNames(contents, renamed)
  const target = await targetDefinitions(connector, selection, encoding, run)
  if (!target) return undefined
  const { header, entries } = target
  const [toText, toBytes] = isUnicode(encoding) ? [asText, asBytes] : [same, same]
  const given = { header, entries: toText(entries), encoding, extensions: allMade(entries) }
  const archive = { ...given, isSelected: () => true, hasRows: () => false }
  return { ...target, entries: toBytes((await renameArchive(archive, renamed)).entries) }
}

const same = (entries: readonly TocEntry[]) => entries
