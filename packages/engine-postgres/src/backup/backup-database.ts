import type { BackupRequest, Contents, ObjectSink, RunContext } from '@pgark/core'
import { writeCustomArchive, writeDirectoryArchive } from '../archive/write-archive.ts'
import type { Relation } from '../catalogue/relations.ts'
import type { Connector } from '../connection/connect.ts'
import { databaseError, sqlstate } from '../connection/database-error.ts'
import { ReaderPool } from '../copy/reader-pool.ts'
import { openSnapshotReader, type SnapshotReader } from '../copy/snapshot-reader.ts'
import { applyFilters } from '../filters/apply-filters.ts'
import { settleOrphans } from '../filters/orphans/settle-orphans.ts'
import { writePlain } from '../plain/write-plain.ts'
import { hasRenames } from '../rename/rename-archive.ts'
import { warnOfPartitions } from '../selection/warn-of-partitions.ts'
import { warnOfUnlogged } from '../selection/warn-of-unlogged.ts'
import { holdSnapshot, type StepHook } from '../snapshot/held-snapshot.ts'
import type { BackupSource, Definitions } from './backup-parts.ts'
import { definedTables, describeDefinitions, mayLeaveOut } from './describe-definitions.ts'
import { describeTables, isInRanges, rangeBytes, type TableToCopy } from './describe-tables.ts'
import { textOfBackup } from './file-text.ts'
import { tableInProgress } from './table-in-progress.ts'

/** For tests: other sessions' statements between the steps, and a reader that sees something else. */
export interface BackupSeams {
  readonly onStep?: StepHook
  readonly importSnapshot?: boolean
}

/** What connections may have received before it is asked for: one, at least, and all of them together. */
const leastReadAheadBytes = 1024 * 1024
const allReadAheadBytes = 32 * 1024 * 1024
/** Of the 6,400 and more that a server has room for, however it is set up. */
const mostLocksAhead = 2000

/** Definitions come while it writes what does not need them. */
type Writer = (source: BackupSource, definitions: Promise<Definitions>, sink: ObjectSink) => Promise<Contents>

/** How each format is written. */
const writers: Readonly<Record<string, Writer>> = {
  plain: writePlain,
  custom: writeCustomArchive,
  directory: writeDirectoryArchive,
}

/** Backs up a database, in any format. */
export async function backupDatabase(
  connector: Connector,
  request: BackupRequest,
  sink: ObjectSink,
  outerRun: RunContext,
  seams: BackupSeams = {},
): Promise<Contents> {
  const { run, named } = tableInProgress(outerRun)
  const snapshot = await holdSnapshot(connector, { ...request, ...seams }, run)
  const readers: SnapshotReader[] = []
  try {
    const filters = await applyFilters(snapshot, request, run)
    const tables = await describeTables(snapshot, request, filters, run)
    const settled = mayLeaveOut(request) ? undefined : await settleOrphans(snapshot, request, filters, run)
    const count = readerCount(request, tables)
    const lockNow = locksAhead(tables, count)
    const readAheadBytes = readAheadOf(count)
    while (readers.length < count) {
      readers.push(await openSnapshotReader(connector, snapshot, { ...seams, lockNow, readAheadBytes }))
    }
    const source: BackupSource = {
      request,
      snapshot,
      tables,
      filters,
      settled,
      readers: new ReaderPool(readers),
      text: await textOfBackup(request, snapshot),
      run,
    }
    await warnOfPartitions(snapshot, run)
    warnOfUnlogged(snapshot.selected, run)
    await seams.onStep?.('opened')
    const write = writers[request.format] ?? writePlain
    return await whileDefined(connector, source, seams, (defined, definitions) => write(defined, definitions, sink))
  } catch (error) {
    // Whatever failed first failed because the snapshot's connection was gone.
    if (snapshot.signal.aborted) throw run.signal.aborted ? run.signal.reason : named(snapshot.signal.reason)
    // A lost connection of the destination is no matter of the server's.
    throw sqlstate(error) === '' ? error : databaseError(error, 'ENGINE.BACKUP', `Cannot back up ${connector.target}`)
  } finally {
    await Promise.all(readers.map((reader) => reader.close()))
    await snapshot.release()
  }
}

/** Has pg_dump work on the definitions while the backup is written; a failure of either ends the other, and is waited for. */
async function whileDefined(
  connector: Connector,
  source: BackupSource,
  { onStep }: BackupSeams,
  write: (source: BackupSource, definitions: Promise<Definitions>) => Promise<Contents>,
): Promise<Contents> {
  const failed = new AbortController()
  source.run.onEvent({ type: 'phase', name: 'definitions' })
  const signal = AbortSignal.any([source.snapshot.signal, failed.signal])
  const definitions = describeDefinitions(connector, source, signal).then(async (found) => {
    await onStep?.('defined')
    return found
  })
  // Told to whoever waits for them.
  definitions.catch(() => {})
  try {
    if (!mayLeaveOut(source.request)) {
      // What cannot be renamed is told before anything is written.
      if (hasRenames(source.request.renames)) await definitions
      return await write(source, definitions)
    }
    return await write({ ...source, tables: definedTables(source.tables, await definitions) }, definitions)
  } catch (error) {
    failed.abort(error)
    throw error
  } finally {
    await definitions.catch(() => {})
  }
}

/**
 * A server's process is what limits a COPY. One stream is kept busy by two of them, where there is a table that both can read;
 * several files at once, by as many as are asked for and find something to do.
 */
function readerCount({ jobs }: BackupRequest, tables: readonly TableToCopy[]): number {
  const isAnyLarge = tables.some(isInRanges)
  if (jobs === undefined) return isAnyLarge ? 2 : 1
  return isAnyLarge ? jobs : Math.max(1, Math.min(jobs, tables.length))
}

/**
 * While the last part of a range is passed on as it comes, the other readers receive what is to follow: when each of them may be
 * ahead by its share of a range, all of them are busy all the time.
 */
function readAheadOf(readers: number): number {
  const share = rangeBytes * (1 - 1 / readers)
  return Math.min(Math.max(share, leastReadAheadBytes), allReadAheadBytes / readers)
}

/** What every reader locks before anything is read: all tables, unless that would be too many locks; then those that take long. */
function locksAhead(tables: readonly TableToCopy[], readers: number): Relation[] {
  const all = tables.length * readers <= mostLocksAhead
  return tables.filter((table) => all || isInRanges(table)).map(({ relation }) => relation)
}
