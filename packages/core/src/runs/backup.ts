import type { BackupPlan, BackupRequest } from '../contracts/engine.ts'
import type { Exporter } from '../contracts/exporter.ts'
import type { HashedObject } from '../contracts/objects.ts'
import { type RunContext, runContext } from '../contracts/run.ts'
import { archiveToc, type BackupLayout, backupLayout } from '../destination/layout.ts'
import { metadataBytes } from '../destination/read-all.ts'
import { createSink } from '../destination/sink.ts'
import { PgarkError } from '../errors/pgark-error.ts'
import { backupId } from '../manifest/backup-id.ts'
import type { Contents, ContentsTable } from '../manifest/contents.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { manifestBytes } from '../manifest/manifest-bytes.ts'
import { version } from '../version.ts'
import { type BackupOptions, resolveBackupOptions } from './backup-options.ts'
import { whileItRuns } from './while-it-runs.ts'

export interface BackupResult {
  readonly id: string
  /** Where the backup is, for people. */
  readonly location: string
  /** Bytes as stored. */
  readonly sizeBytes: number
  readonly tables: readonly ContentsTable[]
  /** Of all tables. */
  readonly rows: number
  readonly durationMs: number
  readonly metadata: Readonly<Record<string, string>>
  /** Undefined only where the destination is a pipe. */
  readonly manifest: Manifest | undefined
}

/**
 * Makes one backup: the database at one instant, streamed to its destination in bounded memory, the manifest last.
 *
 * When it rejects, nothing of it is left at the destination, and what was there before still is; with `overwrite` that holds until
 * the new bytes are complete and take the name of the old ones. Rejects with `USAGE.*` or
 * `REFUSED.*` before anything was written, with the engine's or the destination's error, or with the signal's reason.
 */
export async function backup(options: BackupOptions): Promise<BackupResult> {
  const resolved = resolveBackupOptions(options)
  return await whileItRuns(options, (run) => makeBackup(options, resolved, run))
}

async function makeBackup(
  options: BackupOptions,
  resolved: Omit<BackupRequest, 'id'>,
  run: RunContext,
): Promise<BackupResult> {
  const started = new Date()
  const { engine, to, overwrite = false } = options
  const name = options.name ?? (await engine.databaseName({ signal: run.signal }))
  const request: BackupRequest = { ...resolved, id: backupId(name, started) }
  const layout = backupLayout(to, request.id)
  await checkDestination(to, layout, run, overwrite)

  const sink = createSink(to, layout, run, overwrite)
  let contents: Contents
  let manifest: Manifest | undefined
  try {
    contents = await engine.backup(request, sink, run)
    run.signal.throwIfAborted()
    checkContents(contents, sink.names)
    run.onEvent({ type: 'phase', name: 'commit' })
    if (to.capabilities.read) {
      await checkStored(to, layout, sink.stored, run)
      if (sink.stored.length > 1) contents = { ...contents, objects: sink.stored }
      manifest = describe(request, contents, sink.stored, started)
      await commit(to, layout, manifest, contents, run, overwrite)
    }
  } catch (error) {
    if (overwrite && to.objectKey !== undefined && sink.stored.length > 0) {
      // The new bytes, whole and synced, have taken the place of the old: removing them would leave nothing at all.
      const message = `${to.location} holds the new backup, but its manifest could not be written.`
      run.onEvent({ type: 'warning', code: 'DESTINATION.NO_MANIFEST', message })
    } else if (to.capabilities.remove && sink.stored.length > 0) {
      await removeAll(
        to,
        sink.stored.map(({ key }) => key),
        run,
      )
    }
    throw error
  }
  await removeStrays(to, run)
  const result: BackupResult = {
    id: request.id,
    location: to.objectKey === undefined ? `${to.location}/${request.id}` : to.location,
    sizeBytes: sum(sink.stored.map((object) => object.sizeBytes)),
    tables: contents.tables,
    rows: sum(contents.tables.map((table) => table.rows)),
    durationMs: Date.now() - started.getTime(),
    metadata: request.metadata,
    manifest,
  }
  const { manifest: _, ...told } = result
  run.onEvent({ type: 'result', command: 'backup', ok: true, ...told })
  return result
}

/** What `backup` with the same options would read, without reading or writing anything. */
export async function planBackup(options: BackupOptions): Promise<BackupPlan> {
  const resolved = resolveBackupOptions(options)
  return await options.engine.plan({ ...resolved, id: 'plan' }, runContext(options))
}

/** Asks the destination before the database: what it refuses, it refuses now. */
async function checkDestination(
  to: Exporter,
  layout: BackupLayout,
  run: RunContext,
  overwrite: boolean,
): Promise<void> {
  if (!to.capabilities.read) return
  if (to.objectKey === undefined && (await to.stat(archiveToc, { signal: run.signal }))) {
    throw new PgarkError('REFUSED.EXISTS', `${to.location} is an archive itself, no folder of backups.`, {
      hint: 'choose another folder',
    })
  }
  for (const key of [to.objectKey, layout.manifestKey]) {
    if (key === undefined || !(await to.stat(key, { signal: run.signal })) || overwrite) continue
    throw new PgarkError('REFUSED.EXISTS', `${key} is already there (${to.location}).`, {
      hint: 'choose another name, or allow it to be replaced (--force)',
    })
  }
}

/** An engine that says that rows are in an object which it never wrote has made no backup. */
function checkContents(contents: Contents, names: ReadonlySet<string>): void {
  const missing = contents.tables.find(({ object }) => !names.has(object))
  if (names.size > 0 && !missing) return
  const what = missing
    ? `the object ${missing.object} with the rows of ${missing.schema}.${missing.name}`
    : 'any object'
  throw new PgarkError('ENGINE.INCOMPLETE', `The engine did not write ${what}.`)
}

/** The destination's own word for what it holds, before the manifest says so. */
async function checkStored(to: Exporter, layout: BackupLayout, stored: readonly HashedObject[], run: RunContext) {
  const { signal } = run
  const found = new Map<string, number>()
  if (to.objectKey !== undefined) {
    const info = await to.stat(to.objectKey, { signal })
    if (info) found.set(info.key, info.sizeBytes)
  } else {
    for await (const info of to.list(layout.objectKey(''), { signal })) {
      if ('sizeBytes' in info) found.set(info.key, info.sizeBytes)
    }
  }
  for (const { key, sizeBytes } of stored) {
    if (found.get(key) === sizeBytes) continue
    throw new PgarkError(
      'DESTINATION.SIZE',
      `${key} has ${found.get(key) ?? 'no'} bytes at its destination, ${sizeBytes} were stored.`,
    )
  }
}

function describe(
  request: BackupRequest,
  contents: Contents,
  objects: readonly HashedObject[],
  started: Date,
): Manifest {
  return {
    manifestVersion: 1,
    requires: [],
    id: request.id,
    tool: { name: 'pgark', version },
    source: contents.source,
    snapshot: contents.snapshot,
    startedAt: started.toISOString(),
    finishedAt: new Date().toISOString(),
    format: request.format,
    compression: request.compression.codec,
    encryption: 'none',
    metadata: request.metadata,
    totals: {
      tables: contents.tables.length,
      rows: sum(contents.tables.map((table) => table.rows)),
      sizeBytes: sum(objects.map((object) => object.sizeBytes)),
    },
    objects: contents.objects ? [] : objects,
    contents,
  }
}

/** A single file carries its contents in the manifest beside it; elsewhere they are an object of their own, written before it. */
async function commit(
  to: Exporter,
  layout: BackupLayout,
  manifest: Manifest,
  contents: Contents,
  run: RunContext,
  overwrite: boolean,
): Promise<void> {
  const { signal } = run
  if (to.objectKey !== undefined) {
    await to.write(layout.manifestKey, one(manifestBytes(manifest)), { signal, overwrite })
    return
  }
  const contentsSink = createSink(to, { ...layout, objectKey: () => layout.contentsKey }, run, false)
  try {
    const stored = await contentsSink.write('contents.json', one(metadataBytes(contents)))
    await to.write(layout.manifestKey, one(manifestBytes({ ...manifest, contents: stored })), { signal })
  } catch (error) {
    if (to.capabilities.remove) await removeAll(to, [layout.contentsKey], run)
    throw error
  }
}

/** What runs that died have left there. It is no part of this backup, which is made. */
async function removeStrays(to: Exporter, run: RunContext): Promise<void> {
  try {
    const removed = (await to.removeStrays?.({ signal: run.signal })) ?? []
    for (const name of removed) run.log.debug(`removed ${name}, left by a run that died`)
  } catch (error) {
    run.log.debug(`cannot remove what runs that died left: ${error}`)
  }
}

/** Tidies up after a failure, whose error is the one to tell. */
async function removeAll(to: Exporter, keys: readonly string[], run: RunContext): Promise<void> {
  await to.remove(keys).catch((error) => run.log.debug(`cannot remove ${keys.join(', ')}: ${error}`))
}

async function* one(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
