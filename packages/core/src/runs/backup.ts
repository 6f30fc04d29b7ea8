import type { BackupPlan, BackupRequest } from '../contracts/engine.ts'
import type { NamedObject } from '../contracts/objects.ts'
import { type RunContext, runContext } from '../contracts/run.ts'
import { BackupDestinations, type DestinationOutcome } from '../destination/backup-destinations.ts'
import { createSink } from '../destination/sink.ts'
import { PgarkError } from '../errors/pgark-error.ts'
import { tellError } from '../errors/tell-error.ts'
import { backupId } from '../manifest/backup-id.ts'
import type { Contents, ContentsTable } from '../manifest/contents.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { inTables } from '../orm/in-tables.ts'
import {
  type BackupOptions,
  type CheckedBackupOptions,
  destinationsOf,
  resolveBackupOptions,
} from './backup-options.ts'
import { whileItRuns } from './while-it-runs.ts'

export interface BackupResult {
  readonly id: string
  /** Where the backup is, for people: at the first destination that has it. */
  readonly location: string
  /** Bytes as stored, at one destination. */
  readonly sizeBytes: number
  readonly tables: readonly ContentsTable[]
  /** Of all tables. */
  readonly rows: number
  readonly durationMs: number
  readonly metadata: Readonly<Record<string, string>>
  /** As it is at `location`; undefined only where that is a pipe. */
  readonly manifest: Manifest | undefined
  /** What became of it at each destination, in the order in which they were given. At least one has it. */
  readonly destinations: readonly DestinationOutcome[]
}

/**
 * Makes one backup: the database at one instant, streamed to its destinations in bounded memory, the manifest last.
 *
 * Of several destinations each has the whole backup, or fails on its own while the others go on (a warning `DESTINATION.DROPPED`
 * tells at once): look at `destinations` of the result. It rejects when all have failed, with the error of the one or with
 * `DESTINATION.ALL_FAILED`. What one of them refuses beforehand, such as a file that is already there, is refused for all.
 *
 * Where it fails, nothing of it is left at the destination, and what was there before still is; with `overwrite` that holds until
 * the new bytes are complete and take the name of the old ones. Rejects with `USAGE.*` or
 * `REFUSED.*` before anything was written, with the engine's or the destination's error, or with the signal's reason.
 */
export async function backup<Conditions>(options: BackupOptions<Conditions>): Promise<BackupResult> {
  const resolved = resolveBackupOptions(options)
  return await whileItRuns(options, (run) => makeBackup(options, resolved, run))
}

async function makeBackup(
  options: BackupOptions,
  resolved: CheckedBackupOptions,
  run: RunContext,
): Promise<BackupResult> {
  const startedAt = new Date()
  const { engine, overwrite = false } = options
  const named = await inTables(resolved, engine.orm)
  const name = options.name ?? (await engine.databaseName({ signal: run.signal }))
  const request: BackupRequest = { ...resolved, ...named, id: backupId(name, startedAt) }
  const destinations = new BackupDestinations(destinationsOf(options), request.id, run, overwrite)
  await destinations.check()

  const sink = createSink(destinations, run)
  try {
    const contents = await engine.backup(request, sink, run)
    run.signal.throwIfAborted()
    checkContents(contents, sink.stored)
    run.onEvent({ type: 'phase', name: 'commit' })
    const totals = totalsOf(contents, sink.stored)
    const first = await destinations.commit(
      { request, contents, totals, startedAt, finishedAt: new Date() },
      sink.stored,
    )
    await Promise.all(destinations.live.map((destination) => destination.removeStrays()))
    const result: BackupResult = {
      id: request.id,
      location: first.location,
      sizeBytes: totals.sizeBytes,
      tables: contents.tables,
      rows: totals.rows,
      durationMs: Date.now() - startedAt.getTime(),
      metadata: request.metadata,
      manifest: first.manifest,
      destinations: destinations.outcomes,
    }
    tellResult(result, run)
    return result
  } catch (error) {
    await destinations.discard(error)
    throw error
  }
}

/** What `backup` with the same options would read, without reading or writing anything. */
export async function planBackup<Conditions>(options: BackupOptions<Conditions>): Promise<BackupPlan> {
  const resolved = resolveBackupOptions(options)
  const named = await inTables(resolved, options.engine.orm)
  return await options.engine.plan({ ...resolved, ...named, id: 'plan' }, runContext(options))
}

/** An engine that says that rows are in an object which it never wrote has made no backup. */
function checkContents(contents: Contents, stored: readonly NamedObject[]): void {
  const names = new Set(stored.map(({ name }) => name))
  const missing = contents.tables.find(({ object }) => !names.has(object))
  if (names.size > 0 && !missing) return
  const what = missing
    ? `the object ${missing.object} with the rows of ${missing.schema}.${missing.name}`
    : 'any object'
  throw new PgarkError('ENGINE.INCOMPLETE', `The engine did not write ${what}.`)
}

const totalsOf = ({ tables }: Contents, stored: readonly NamedObject[]): Manifest['totals'] => ({
  tables: tables.length,
  rows: sum(tables.map(({ rows }) => rows)),
  sizeBytes: sum(stored.map(({ sizeBytes }) => sizeBytes)),
})

function tellResult({ manifest: _, destinations, ...result }: BackupResult, run: RunContext): void {
  const told = destinations.map((outcome) =>
    outcome.ok
      ? { ok: true, location: outcome.location }
      : { ok: false, location: outcome.location, error: tellError(outcome.error) },
  )
  const ok = destinations.every((outcome) => outcome.ok)
  run.onEvent({ type: 'result', command: 'backup', ok, ...result, destinations: told })
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
