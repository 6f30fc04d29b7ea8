import { PgarkError } from '@pgark/core'
import type { Archive } from '@pgark/pg-archive'
import { isLockable } from '../catalogue/relations.ts'
import type { Connector } from '../connection/connect.ts'
import { readDefinitions } from '../definitions/read-definitions.ts'
import { hasRenames } from '../rename/rename-archive.ts'
import { renameForBackup } from '../rename/rename-for-backup.ts'
import { readRequirements } from '../requirements/read-requirements.ts'
import type { SelectedRelations } from '../selection/select-relations.ts'
import type { BackupSource, Definitions } from './backup-parts.ts'
import { lockEstimate } from './lock-estimate.ts'

/** Has pg_dump define what is backed up, and tells what a restore of it needs. Gives way to the signal. */
export async function describeDefinitions(
  connector: Connector,
  { request, snapshot, text, run }: Pick<BackupSource, 'request' | 'snapshot' | 'text' | 'run'>,
  signal: AbortSignal,
): Promise<Definitions> {
  const { client, selected } = snapshot
  const archive = await readDefinitions(connector, { ...snapshot, signal }, request.selection, text, run)
  checkAgainstArchive(archive, selected)
  const renaming = hasRenames(request.renames) ? await renameForBackup(client, archive, request, text, run) : undefined
  const written = renaming ? { ...archive, entries: renaming.entries } : archive
  const requirements = await readRequirements(client, written, request.selection, text)
  // Of what is there, by its own names.
  const locks = await lockEstimate(client, archive.entries, requirements)
  return { archive: written, requirements, lockEstimate: locks, renaming }
}

/** Two lists of the same tables, ours and pg_dump's, made by different code from the same snapshot: they must agree. */
function checkAgainstArchive(archive: Archive, { relations }: SelectedRelations): void {
  const defined = new Map(
    archive.entries.filter(({ description }) => description === 'TABLE').map((entry) => [entry.catalogId.oid, entry]),
  )
  const differ = (name: string, problem: string) =>
    new PgarkError('ENGINE.SELECTION_MISMATCH', `The table ${name} ${problem}.`, {
      hint: 'name the tables exactly (schema.table), and report this with the patterns that were used',
    })
  for (const relation of relations) {
    if (!isLockable(relation) || relation.extensionCondition !== undefined) continue
    if (!defined.delete(relation.oid))
      throw differ(`${relation.schema}.${relation.name}`, 'is selected, but pg_dump left its definition out')
  }
  const [extra] = defined.values()
  if (extra) throw differ(`${extra.schema}.${extra.tag}`, 'was defined by pg_dump, but its rows were not selected')
}
