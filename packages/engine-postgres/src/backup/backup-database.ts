import { type BackupRequest, type Contents, type ObjectSink, PgarkError, type RunContext } from '@pgark/core'
import type { Archive } from '@pgark/pg-archive'
import { writeCustomArchive, writeDirectoryArchive } from '../archive/write-archive.ts'
import { isLockable, type Relation } from '../catalogue/relations.ts'
import type { Connector } from '../connection/connect.ts'
import { databaseError, sqlstate } from '../connection/database-error.ts'
import { ReaderPool } from '../copy/reader-pool.ts'
import { openSnapshotReader, type SnapshotReader } from '../copy/snapshot-reader.ts'
import { readDefinitions } from '../definitions/read-definitions.ts'
import { writePlain } from '../plain/write-plain.ts'
import { readRequirements } from '../requirements/read-requirements.ts'
import type { SelectedRelations } from '../selection/select-relations.ts'
import { warnOfUnlogged } from '../selection/warn-of-unlogged.ts'
import { type HeldSnapshot, holdSnapshot, type StepHook } from '../snapshot/held-snapshot.ts'
import type { BackupParts } from './backup-parts.ts'
import { describeTables, isInRanges, rangeBytes, type TableToCopy } from './describe-tables.ts'
import { fileText } from './file-text.ts'
import { lockEstimate } from './lock-estimate.ts'
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

/** How each format is written. */
const writers: Readonly<Record<string, (parts: BackupParts, sink: ObjectSink) => Promise<Contents>>> = {
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
    const tables = await describeTables(snapshot, request, run)
    const count = readerCount(request, tables)
    const lockNow = locksAhead(tables, count)
    const readAheadBytes = readAheadOf(count)
    while (readers.length < count) {
      readers.push(await openSnapshotReader(connector, snapshot, { ...seams, lockNow, readAheadBytes }))
    }
    const text = fileText(request.encoding ?? snapshot.server.encoding, snapshot.client)
    run.onEvent({ type: 'phase', name: 'definitions' })
    const archive = await readDefinitions(connector, snapshot, request.selection, text, run)
    checkAgainstArchive(archive, snapshot.selected)
    await warnOfPartitions(snapshot, run)
    warnOfUnlogged(snapshot.selected, run)
    await seams.onStep?.('defined')
    const requirements = await readRequirements(snapshot.client, archive, request.selection, text)
    const locks = await lockEstimate(snapshot.client, archive.entries, requirements)

    const write = writers[request.format] ?? writePlain
    const pool = new ReaderPool(readers)
    const parts = { request, snapshot, archive, requirements, lockEstimate: locks, tables, readers: pool, text, run }
    return await write(parts, sink)
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

/** As in pg_dump, naming a partitioned table does not name its partitions, which hold the rows. */
async function warnOfPartitions({ client, selected }: HeldSnapshot, run: RunContext): Promise<void> {
  const oids = selected.relations.filter(({ kind }) => kind === 'p').map(({ oid }) => oid)
  const { rows } = await client.query(
    'SELECT inhparent::int8::text AS parent, inhrelid::int8::text AS child FROM pg_inherits WHERE inhparent = ANY ($1::oid[])',
    [oids],
  )
  const names = new Map(
    selected.relations.map((relation) => [String(relation.oid), `${relation.schema}.${relation.name}`]),
  )
  const without = new Set(rows.filter(({ child }) => !names.has(child)).map(({ parent }) => names.get(parent)))
  for (const name of without) {
    const message = `Not all partitions of ${name} are selected: their rows are not in the backup.`
    run.onEvent({
      type: 'warning',
      code: 'SELECTION.PARTITIONS',
      message,
      hint: 'select them too, for example with a pattern',
    })
  }
}
