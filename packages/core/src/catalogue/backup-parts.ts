import type { CallOptions, Exporter, ObjectInfo } from '../contracts/exporter.ts'
import type { HashedObject } from '../contracts/objects.ts'
import { checkSize, missing } from '../destination/checked.ts'
import { readContents } from '../destination/source.ts'
import { isPgarkError, PgarkError, type PgarkErrorLike } from '../errors/pgark-error.ts'
import type { FoundBackup } from './find-backups.ts'

/** What a backup is made of, as its manifest and contents say, and what the destination lists of it. */
export interface BackupParts {
  /** Keys as they are there: those of a single file that was renamed are not its manifest's. */
  readonly objects: readonly HashedObject[]
  /** Where it is an object of its own. */
  readonly contents: HashedObject | undefined
  readonly proofs: readonly string[]
  /** All that lies there of it, its manifest aside. */
  readonly listed: ReadonlyMap<string, ObjectInfo>
  /** Set when an object is missing or has another size, or the contents cannot be read. `objects` may then be empty. */
  readonly problem: PgarkErrorLike | undefined
}

/** Looks at everything of a backup but the bytes of its objects. */
export async function backupParts(from: Exporter, backup: FoundBackup, options: CallOptions): Promise<BackupParts> {
  const { layout, manifest } = backup
  const listed = await listParts(from, backup, options)
  const proofs = [...listed.keys()].filter((key) => key.startsWith(layout.proofPrefix)).sort()
  const contents = 'contentsVersion' in manifest.contents ? undefined : manifest.contents
  try {
    const objects = await namedObjects(from, backup, options)
    for (const expected of contents ? [...objects, contents] : objects) {
      // Objects may be shared with another backup.
      const found = listed.get(expected.key) ?? (await elsewhere(from, backup, expected.key, options))
      if (!found) throw missing(expected.key)
      checkSize(found.sizeBytes, expected)
    }
    return { objects, contents, proofs, listed, problem: undefined }
  } catch (error) {
    // A key that climbs out of the destination is no better than one that leads nowhere.
    if (!isPgarkError(error) || !/^(DAMAGE\.|USAGE\.KEY$)/.test(error.code)) throw error
    return { objects: [], contents, proofs, listed, problem: error }
  }
}

/** Every object that lies at a backup's place, whether it belongs to it or not; not the manifest. */
export async function listParts(
  from: Exporter,
  { key, layout }: Pick<FoundBackup, 'key' | 'layout'>,
  options: CallOptions,
): Promise<ReadonlyMap<string, ObjectInfo>> {
  const listed = new Map<string, ObjectInfo>()
  const isFile = layout.contentsKey === layout.manifestKey
  const single = isFile && (await from.stat(key, options))
  if (single) listed.set(key, single)
  for await (const entry of from.list(isFile ? layout.proofPrefix : layout.objectKey(''), options)) {
    if ('key' in entry) listed.set(entry.key, entry)
  }
  return listed
}

async function namedObjects(
  from: Exporter,
  { key, layout, manifest }: FoundBackup,
  { signal = new AbortController().signal }: CallOptions,
): Promise<readonly HashedObject[]> {
  const isFile = layout.contentsKey === layout.manifestKey
  const [first] = manifest.objects
  const objects = first ? manifest.objects : ((await readContents(from, manifest, signal))?.objects ?? [])
  if (objects.length === 0) {
    throw new PgarkError('DAMAGE.MANIFEST', `The manifest ${layout.manifestKey} names no object.`)
  }
  return isFile ? objects.slice(0, 1).map((object) => ({ ...object, key })) : objects
}

const elsewhere = async (from: Exporter, { key, layout }: FoundBackup, object: string, options: CallOptions) =>
  object === key || object.startsWith(layout.objectKey('')) ? undefined : await from.stat(object, options)
