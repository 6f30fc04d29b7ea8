import { createHash } from 'node:crypto'
import type { CallOptions, Exporter, ObjectInfo } from '../contracts/exporter.ts'
import { type BackupLayout, fileLayout, folderLayout } from '../destination/layout.ts'
import { readAll } from '../destination/read-all.ts'
import { isPgarkError, PgarkError, type PgarkErrorLike } from '../errors/pgark-error.ts'
import { isBackupId } from '../manifest/backup-id.ts'
import { manifestParser } from '../manifest/load-parser.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { isProofOfFile } from '../proof/proof-name.ts'
import { atOnce } from './at-once.ts'

/** A backup by its manifest; nothing else of it was looked at. */
export interface FoundBackup {
  /** What it is called there: its id, or the name of a single file. */
  readonly key: string
  readonly layout: BackupLayout
  readonly manifest: Manifest
  /** Of the manifest's bytes. */
  readonly manifestSha256: string
  /** When the manifest was written, by the destination's clock. */
  readonly writtenAt: Date
}

/** A manifest that cannot be read: damaged, or of a newer version. */
export interface UnreadableBackup {
  readonly key: string
  readonly error: PgarkErrorLike
}

export interface FoundBackups {
  readonly backups: readonly FoundBackup[]
  readonly unreadable: readonly UnreadableBackup[]
  /** What lies at the top of the destination. */
  readonly objects: ReadonlyMap<string, ObjectInfo>
  readonly folders: ReadonlySet<string>
}

const ending = '.json'

/**
 * Every backup at a destination, by one listing and its manifests. Other JSON is passed over, unless it stands where the manifest
 * of something belongs. Rejects with what the destination says when it fails: then nothing is known.
 */
export async function findBackups(from: Exporter, options: CallOptions): Promise<FoundBackups> {
  const objects = new Map<string, ObjectInfo>()
  const folders = new Set<string>()
  for await (const entry of from.list('', { delimiter: '/', ...options })) {
    if ('prefix' in entry) folders.add(entry.prefix.slice(0, -1))
    else objects.set(entry.key, entry)
  }
  const backups: FoundBackup[] = []
  const unreadable: UnreadableBackup[] = []
  const manifests = [...objects.values()].filter(({ key }) => key.endsWith(ending) && !isProofOfFile(key))
  await atOnce(manifests, async (info) => {
    const key = info.key.slice(0, -ending.length)
    const isFile = objects.has(key)
    const read = await readManifest(from, key, isFile, options)
    if (read === undefined) return
    if (!isPgarkError(read)) backups.push({ key, writtenAt: info.modifiedAt, ...read })
    else if (isFile || folders.has(key) || isBackupId(key) || read.code === 'REFUSED.UNKNOWN_FEATURE')
      unreadable.push({ key, error: read })
  })
  return { backups, unreadable, objects, folders }
}

/** One backup by what it is called there; undefined where there is no manifest of it. */
export async function findBackup(
  from: Exporter,
  key: string,
  options: CallOptions,
): Promise<FoundBackup | UnreadableBackup | undefined> {
  const info = await from.stat(`${key}${ending}`, options)
  if (!info) return undefined
  const isFile = from.objectKey !== undefined || (await from.stat(key, options)) !== undefined
  const read = await readManifest(from, key, isFile, options)
  if (read === undefined) return undefined
  return isPgarkError(read) ? { key, error: read } : { key, writtenAt: info.modifiedAt, ...read }
}

/** Undefined for what is gone; an error for what is no manifest. */
async function readManifest(
  from: Exporter,
  key: string,
  isFile: boolean,
  options: CallOptions,
): Promise<Pick<FoundBackup, 'layout' | 'manifest' | 'manifestSha256'> | PgarkErrorLike | undefined> {
  const manifestKey = `${key}${ending}`
  let bytes: Uint8Array
  try {
    bytes = await readAll(from.read(manifestKey, options))
  } catch (error) {
    // Removed since it was listed.
    if (isPgarkError(error) && error.code === 'DESTINATION.NOT_FOUND') return undefined
    if (isPgarkError(error) && error.code === 'DAMAGE.MANIFEST') return error
    throw error
  }
  const { parseManifest } = await manifestParser()
  try {
    const manifest = parseManifest(bytes, manifestKey)
    const isInFolder = !isFile && manifest.id === key
    if (!isFile && !isInFolder && manifest.objects.length !== 1) {
      return new PgarkError('DAMAGE.MANIFEST', `The manifest ${manifestKey} belongs to ${manifest.id}.`)
    }
    // Of a single file whose file is gone the manifest tells that it was one.
    const layout = isInFolder ? folderLayout(key) : fileLayout(key)
    return { layout, manifest, manifestSha256: createHash('sha256').update(bytes).digest('hex') }
  } catch (error) {
    if (isPgarkError(error)) return error
    throw error
  }
}
