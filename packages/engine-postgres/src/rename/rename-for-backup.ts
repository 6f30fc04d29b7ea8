import type { BackupRequest, RunContext, Selection } from '@pgark/core'
import type { Archive, TocEntry } from '@pgark/pg-archive'
import type { FileText } from '../backup/file-text.ts'
import type { HeldSnapshot } from '../snapshot/held-snapshot.ts'
import { allMade, extensionsIn } from './extensions.ts'
import { newSelection } from './new-selection.ts'
import { type RenamedArchive, renameArchive } from './rename-archive.ts'
import { tellWarnings } from './tell-warnings.ts'

/** What a backup knows of its new names. */
export interface BackupRenaming extends Pick<RenamedArchive, 'entries' | 'naming' | 'renamed'> {
  /** What was asked for, by new names. */
  readonly selection: Selection
}

/** Gives the definitions of a backup new names; extensions in a renamed schema are written into the new one. */
export async function renameForBackup(
  { client, selected }: Pick<HeldSnapshot, 'client' | 'selected'>,
  { header, entries }: Archive,
  { renames, selection }: Pick<BackupRequest, 'renames' | 'selection'>,
  { encoding }: Pick<FileText, 'encoding'>,
  run: RunContext,
): Promise<BackupRenaming> {
  // Where it is restored they are yet to be made; what can be nowhere else is so there, too.
  const { fixed } = await extensionsIn(client, entries)
  const extensions = { ...allMade(entries), fixed }
  const withRows = new Set(selected.withRows.map(({ oid }) => oid))
  const hasRows = ({ catalogId }: TocEntry) => withRows.has(catalogId.oid)
  const archive = { header, entries, encoding, isSelected: () => true, hasRows, extensions }
  const renamed = await renameArchive(archive, renames)
  tellWarnings(renamed.findings, run)
  return { ...renamed, selection: newSelection(selection, renamed.entries, (text) => text) }
}
