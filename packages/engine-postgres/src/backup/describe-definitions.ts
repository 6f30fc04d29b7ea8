import { type BackupRequest, PgarkError, type RunContext } from '@pgark/core'
import type { Archive } from '@pgark/pg-archive'
import { isLockable } from '../catalogue/relations.ts'
import { cleanArchive } from '../clean/clean-archive.ts'
import type { Connector } from '../connection/connect.ts'
import { readDefinitions } from '../definitions/read-definitions.ts'
import { settleOrphans } from '../filters/orphans/settle-orphans.ts'
import { withoutValidation } from '../filters/orphans/without-validation.ts'
import type { TableFilters } from '../filters/table-filter.ts'
import { hasRenames } from '../rename/rename-archive.ts'
import { renameForBackup } from '../rename/rename-for-backup.ts'
import { readRequirements } from '../requirements/read-requirements.ts'
import type { SelectedRelations } from '../selection/select-relations.ts'
import type { BackupSource, Definitions } from './backup-parts.ts'
import type { TableToCopy } from './describe-tables.ts'
import { lockEstimate } from './lock-estimate.ts'

/** Has pg_dump define what is backed up, has it cleaned, and tells what a restore of it needs. Gives way to the signal. */
export async function describeDefinitions(
  connector: Connector,
  { request, snapshot, text, filters, settled, run }: Omit<BackupSource, 'readers' | 'tables'>,
  signal: AbortSignal,
): Promise<Definitions> {
  const { client, selected } = snapshot
  const found = await readDefinitions(connector, { ...snapshot, signal }, request.selection, text, run)
  checkAgainstArchive(found, selected)
  const renaming = hasRenames(request.renames) ? await renameForBackup(snapshot, found, request, text, run) : undefined
  const named = renaming ? { ...found, entries: renaming.entries } : found
  const context = { serverVersion: snapshot.server.version, signal }
  const { archive: clean, ...cleaned } = await cleanArchive(named, request.cleaners, text, context)
  requireExtensionsOfRows(cleaned, selected)
  warnOfFiltersLeftOut(filters, selected, cleaned, run)
  const left = { relations: cleaned.leftOut, foreignKeys: keysLeftOut(found, clean) }
  const notValid = settled ?? (await settleOrphans(snapshot, request, filters, run, left))
  const archive = withoutValidation(clean, notValid)
  const requirements = await readRequirements(client, archive, request.selection, text)
  // Of what is there, by its own names.
  const written = new Set(archive.entries.map(({ dumpId }) => dumpId))
  const ownEntries = found.entries.filter(({ dumpId }) => written.has(dumpId))
  const locks = await lockEstimate(client, ownEntries, requirements)
  return { archive, requirements, lockEstimate: locks, renaming, notValid, ...cleaned }
}

/** The foreign keys that a restore will not make, by oid. */
function keysLeftOut(found: Archive, clean: Archive): ReadonlySet<number> {
  const oidsOf = ({ entries }: Archive) =>
    entries.filter(({ description }) => description === 'FK CONSTRAINT').map(({ catalogId }) => catalogId.oid)
  const kept = new Set(oidsOf(clean))
  return new Set(oidsOf(found).filter((oid) => !kept.has(oid)))
}

/** Who filters a table expects rows of it. */
function warnOfFiltersLeftOut(
  filters: TableFilters,
  { withRows }: SelectedRelations,
  { leftOut }: Pick<Definitions, 'leftOut'>,
  run: RunContext,
): void {
  for (const { oid, schema, name } of withRows) {
    const filter = filters.get(oid)
    if (!filter || !leftOut.has(oid)) continue
    const message = `The filter ${filter.name} for ${schema}.${name} has no effect: a cleaner left that table out.`
    run.onEvent({ type: 'warning', code: 'FILTER.LEFT_OUT', message, hint: 'leave out the filter, or keep the table' })
  }
}

/** Rows of an extension's tables are backed up without a definition of theirs: the extension brings it. */
function requireExtensionsOfRows({ cleaned }: Pick<Definitions, 'cleaned'>, { withRows }: SelectedRelations): void {
  const extension = cleaned.find(({ name, isLeftOut }) => isLeftOut && name.startsWith('EXTENSION '))
  const table = withRows.find(({ extensionCondition }) => extensionCondition !== undefined)
  if (!extension || !table) return
  const message = `The cleaner ${extension.cleaner} left out ${extension.name}, and rows of tables of extensions are in the backup, such as ${table.schema}.${table.name}.`
  throw new PgarkError('REFUSED.CLEAN', message, { hint: 'leave out these rows as well: excludeTableData' })
}

/** Whether cleaners may leave definitions out, and with them rows. */
export const mayLeaveOut = ({ cleaners }: Pick<BackupRequest, 'cleaners'>) => cleaners.some(({ keepsAll }) => !keepsAll)

/** Rows of a table that is not defined have no place to go. */
export const definedTables = (tables: readonly TableToCopy[], { leftOut }: Pick<Definitions, 'leftOut'>) =>
  tables.filter(({ relation }) => !leftOut.has(relation.oid))

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
