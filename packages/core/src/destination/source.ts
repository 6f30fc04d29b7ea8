import type { CallOptions, Exporter } from '../contracts/exporter.ts'
import type { HashedObject, ObjectSource } from '../contracts/objects.ts'
import { PgarkError } from '../errors/pgark-error.ts'
import type { Contents } from '../manifest/contents.ts'
import { manifestParser } from '../manifest/load-parser.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { checked, checkSize, missing } from './checked.ts'
import { archiveToc, backupLayout } from './layout.ts'
import { readAll } from './read-all.ts'

/**
 * Opens a backup for reading. A single file may stand without a manifest (another tool wrote it), and so may a folder that is an
 * archive itself; elsewhere the manifest is the backup, and `DESTINATION.NOT_FOUND` is thrown where there is none.
 */
export async function openBackup(
  exporter: Exporter,
  id: string | undefined,
  signal: AbortSignal,
): Promise<ObjectSource> {
  const single = exporter.objectKey
  if (single === undefined && id === undefined) return await openArchive(exporter, signal)
  const layout = backupLayout(exporter, id ?? '')
  const found = await exporter.stat(layout.manifestKey, { signal })
  const { parseManifest } = await manifestParser()
  const manifest =
    found && parseManifest(await readAll(exporter.read(layout.manifestKey, { signal })), layout.manifestKey)
  if (!manifest) {
    const objectKey = single ?? layout.manifestKey
    if (single === undefined || !(await exporter.stat(objectKey, { signal }))) {
      throw new PgarkError('DESTINATION.NOT_FOUND', `There is no backup ${single ?? id} at ${exporter.location}.`, {
        hint: single === undefined ? 'list what is there: pgark list' : 'check the path',
      })
    }
  }
  const refuse = (problem: string) =>
    new PgarkError('DAMAGE.MANIFEST', `The manifest ${layout.manifestKey} ${problem}.`)
  if (manifest && single === undefined && manifest.id !== id) throw refuse(`belongs to ${manifest.id}`)
  const [first] = manifest?.objects ?? []
  const contents = first || single !== undefined ? undefined : await readContents(exporter, manifest, signal)
  const objects = (first ? manifest?.objects : contents?.objects) ?? []
  if (manifest && objects.length === 0) throw refuse('names no object')
  const known = new Map(objects.map((object) => [object.key, object]))
  const objectName = single ?? (first ? first.key.slice(`${id}/`.length) : archiveToc)
  const expectedOf = (name: string) => {
    const key = layout.objectKey(name)
    if (manifest && single === undefined && !known.has(key)) throw refuse(`does not name ${key}`)
    // A single file may have been renamed together with its manifest: there is only one object it can be.
    const expected = single === undefined ? known.get(key) : first
    return { key, expected: expected && { ...expected, key } }
  }
  // Whoever acts on what it reads shall not begin with what is cut. Of many objects that are far away `check` asks for each.
  const isSizeFirst = first !== undefined || exporter.capabilities.local === true
  const sized = new Set<string>()
  const read: ObjectSource['read'] = async function* (name, options = {}) {
    const { key, expected } = expectedOf(name)
    if (expected && isSizeFirst && !sized.has(key)) {
      await checkStat(exporter, expected, { signal, ...options })
      sized.add(key)
    }
    const body = exporter.read(key, { signal, ...options })
    yield* expected && !options.range ? checked(body, expected) : body
  }
  return {
    manifest,
    location: single === undefined ? `${exporter.location}/${id}` : exporter.location,
    objectName,
    objectNames: single === undefined ? objects.map(({ key }) => key.slice(`${id}/`.length)) : [objectName],
    canSeek: exporter.capabilities.range,
    contents: async (options = {}) => contents ?? (await readContents(exporter, manifest, options.signal ?? signal)),
    // Something else that lies there is no part of the backup.
    has: async (name) => known.has(layout.objectKey(name)),
    async sizeOf(name, options = {}) {
      const { key, expected } = expectedOf(name)
      return expected?.sizeBytes ?? (await exporter.stat(key, { signal, ...options }))?.sizeBytes
    },
    async check(name, options = {}) {
      const { expected } = expectedOf(name)
      if (!expected) return false
      if (exporter.capabilities.local) {
        for await (const _ of read(name, options));
        return true
      }
      await checkStat(exporter, expected, { signal, ...options })
      return false
    },
    read,
  }
}

/** A folder that is an archive. */
async function openArchive(exporter: Exporter, signal: AbortSignal): Promise<ObjectSource> {
  if (!(await exporter.stat(archiveToc, { signal }))) {
    throw new PgarkError('USAGE.OPTIONS', `${exporter.location} may hold many backups.`, {
      hint: 'say which one: give its id',
    })
  }
  return {
    manifest: undefined,
    location: exporter.location,
    objectName: archiveToc,
    objectNames: [archiveToc],
    canSeek: exporter.capabilities.range,
    contents: async () => undefined,
    has: async (name, options = {}) => Boolean(await exporter.stat(name, { signal, ...options })),
    sizeOf: async (name, options = {}) => (await exporter.stat(name, { signal, ...options }))?.sizeBytes,
    check: async () => false,
    read: (name, options = {}) => exporter.read(name, { signal, ...options }),
  }
}

/** What is in a backup: from its manifest, or the object of its own that this names, checked against it. */
export async function readContents(
  exporter: Exporter,
  manifest: Manifest | undefined,
  signal: AbortSignal,
): Promise<Contents | undefined> {
  const contents = manifest?.contents
  if (contents === undefined || 'contentsVersion' in contents) return contents
  const { parseContents } = await manifestParser()
  return parseContents(await readAll(checked(exporter.read(contents.key, { signal }), contents)), contents.key)
}

async function checkStat(exporter: Exporter, expected: HashedObject, options: CallOptions): Promise<void> {
  const found = await exporter.stat(expected.key, options)
  if (!found) throw missing(expected.key)
  checkSize(found.sizeBytes, expected)
}
