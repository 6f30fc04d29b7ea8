import {
  type ObjectSource,
  PgarkError,
  type RestoreNeeds,
  type RestoreReport,
  type RestoreRequest,
  type RunContext,
} from '@pgark/core'
import type { Connector } from '../connection/connect.ts'
import { hasRenames } from '../rename/rename-archive.ts'
import { renameForRestore } from '../rename/rename-for-restore.ts'
import { Exceptions } from './allow/exceptions.ts'
import { checkNewDatabase } from './check-new-database.ts'
import { contentsAsked } from './contents-asked.ts'
import { type CreateDatabase, createDatabase, dropAgain } from './create-database.ts'
import { damageBehind } from './damage-behind.ts'
import { dryRun } from './dry-run.ts'
import { restoreIntoNew } from './into-new/restore-into-new.ts'
import { isArchiveAtWill } from './open-reader.ts'
import { encodingOf } from './parallel/in-unicode.ts'
import { openToRestore } from './parallel/open-to-restore.ts'
import { restoreArchive } from './parallel/restore-archive.ts'
import { targetNeeds } from './parallel/target-needs.ts'
import { restoreScript } from './restore-script.ts'
import { type WatchedSource, watchSource } from './watched-source.ts'

/** Restores a backup: an archive by several connections, where it can be read at will and nothing else is asked for; others as a script. */
export async function restoreDatabase(
  connector: Connector,
  request: RestoreRequest,
  given: ObjectSource,
  run: RunContext,
  create: CreateDatabase = createDatabase,
): Promise<RestoreReport> {
  if (request.intoNew) {
    return await restoreIntoNew(connector, request, run, (beside, changed, createBeside) =>
      restoreDatabase(beside, changed, given, run, createBeside),
    )
  }
  if (hasRenames(request.renames)) {
    const { source, request: changed, findings, links } = await renameForRestore(connector, request, given, run)
    const report = await restoreDatabase(connector, changed, source, run, create)
    const linked = request.dryRun || request.createDatabase ? [] : await links()
    return { ...report, findings: [...findings, ...report.findings, ...linked] }
  }
  const watched = watchSource(given)
  const { source } = watched
  const contents = await source.contents({ signal: run.signal })
  const isArchive = await isArchiveAtWill(source, run.signal)
  const isParallel = request.singleTransaction !== true && isArchive
  refuseUnsuited(source, request, { isArchive, isParallel })
  const singleTransaction = request.singleTransaction ?? !isParallel
  // Who asked for no transaction wants to keep what was restored.
  const isDroppedOnFailure = request.createDatabase && request.singleTransaction !== false
  const resolved = { ...request, singleTransaction }
  // Damage is told before anything is touched, also where all of it would be rolled back.
  const archive = isArchive && !request.dryRun ? await openToRestore(source, contents, resolved, run) : undefined
  try {
    if (archive && isParallel) {
      const { allowance } = new Exceptions(request.allow)
      const encoding = encodingOf(archive.reader.archive.entries)
      const needed = archive.entries.filter((entry) => !allowance.hasEntry(entry, encoding))
      const needs = targetNeeds(archive.reader, needed, contents, resolved)
      return await intoDatabase(connector, resolved, needs, create, isDroppedOnFailure, watched, run, () =>
        restoreArchive(connector, resolved, archive, isDroppedOnFailure, run),
      )
    }
  } finally {
    await archive?.reader.close()
  }
  const { contents: asked, findings } = await contentsAsked(source, contents, resolved, run)
  if (request.dryRun && request.createDatabase) await checkNewDatabase(connector, resolved, asked, run)
  const report = request.dryRun
    ? await dryRun(connector, resolved, asked, source, run)
    : await intoDatabase(connector, resolved, asked, create, isDroppedOnFailure, watched, run, () =>
        restoreScript(connector, resolved, asked, source, run),
      )
  return { ...report, findings: [...report.findings, ...findings] }
}

/** Restores into the target, which is created before and dropped again after a failure where that is asked for. */
async function intoDatabase(
  connector: Connector,
  request: RestoreRequest,
  needs: RestoreNeeds | undefined,
  create: CreateDatabase,
  isDroppedOnFailure: boolean,
  source: WatchedSource,
  run: RunContext,
  restore: () => Promise<RestoreReport>,
): Promise<RestoreReport> {
  if (request.createDatabase) await checkNewDatabase(connector, request, needs, run)
  const created = request.createDatabase ? await create(connector, needs?.source.encoding, run) : undefined
  try {
    return await restore()
  } catch (failure) {
    const error = await damageBehind(failure, source, run)
    if (isDroppedOnFailure && created) await dropAgain(connector, created.drop, run)
    throw error
  }
}

/** What makes no sense for this backup, or in one transaction. */
function refuseUnsuited(
  { location }: ObjectSource,
  { jobs = 1, unordered, singleTransaction, onExisting }: RestoreRequest,
  { isArchive, isParallel }: { isArchive: boolean; isParallel: boolean },
): void {
  const refuse = (message: string, hint: string) => new PgarkError('USAGE.OPTIONS', `${location}${message}.`, { hint })
  if (!isParallel && (jobs > 1 || unordered)) {
    const why = singleTransaction ? 'one transaction is one connection' : 'it is read in order, by one connection'
    throw refuse(
      `: ${unordered ? 'unordered' : 'jobs'} has no meaning here, ${why}`,
      'several connections restore archives that lie in a file, a folder or a bucket',
    )
  }
  if (!isArchive && onExisting !== 'fail') {
    throw refuse(
      ` is a plain dump, which says itself what it drops: onExisting cannot be ${onExisting}`,
      'leave it out, or back up in another format',
    )
  }
}
