import { type BigIntStats, existsSync, statSync } from 'node:fs'
import { mkdir, open, readdir, rm, rmdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Exporter, ObjectInfo } from '../contracts/exporter.ts'
import { archiveToc } from '../destination/layout.ts'
import { isSingleFileName } from '../destination/single-file.ts'
import { PgarkError } from '../errors/pgark-error.ts'
import { fileSystemError } from './file-system-error.ts'
import { isPartialName } from './partial-name.ts'
import { probeFolder } from './probe-folder.ts'
import { realPath } from './real-path.ts'
import { removeDeadRuns, removeStrays } from './remove-strays.ts'
import { removeUnfinishedFile, unfinishedFiles } from './unfinished-files.ts'
import { writeAtomically } from './write-atomically.ts'

type Folders = Map<string, 'made' | 'found'>

/** Files asked about at the same time. */
const statsAtOnce = 64
/** One read of the file system. */
const readSizeBytes = 256 * 1024

/**
 * A local file or folder. A path that ends in `.sql`, `.sql.gz`, `.sql.zst` or `.dump`, or that is an existing file, stands for that
 * one file, unless it is a folder with a `toc.dat`, an archive of pg_dump; anything else for a folder of backups, which is created (mode 0700) with the first backup if its parent exists.
 *
 * An object is written under a temporary name beside its own, synced to disk together with its folder, and renamed: under its
 * name it is complete or not there. Files have mode 0600. An existing file is replaced only with `overwrite`.
 *
 * ```ts
 * await backup({ engine: postgres(url), to: file('/backups/shop.sql.zst') })
 * ```
 */
export function file(location: string): Exporter {
  if (typeof (location as unknown) !== 'string' || location === '') {
    const got = location === '' ? 'an empty string' : typeof location
    throw new PgarkError('USAGE.OPTIONS', `Expected the path of a file or folder, got ${got}.`)
  }
  const absolute = path.resolve(location)
  const isSingle = isFile(absolute) || (isSingleFileName(absolute) && !isFile(path.join(absolute, archiveToc)))
  const root = isSingle ? path.dirname(absolute) : absolute
  const pathOf = (key: string) => resolveKey(root, key)
  /** Folders that are known to be there, so that not every file has to look: those made here, and those found. */
  const folders: Folders = new Map()

  return {
    specVersion: 1,
    name: 'file',
    location: absolute,
    get identity() {
      return realPath(absolute)
    },
    capabilities: { range: true, remove: true, compose: false, read: true, local: true },
    ...(isSingle && { objectKey: path.basename(absolute) }),

    async write(key, body, options = {}) {
      const target = pathOf(key)
      let ofBody: { error: unknown } | undefined
      async function* watched() {
        try {
          yield* body
        } catch (error) {
          ofBody = { error }
          throw error
        }
      }
      try {
        const folder = path.dirname(target)
        if (!isSingle) await createFolders(root, folder, folders)
        const isNewFolder = folders.get(folder) === 'made'
        return { key, sizeBytes: await writeAtomically(target, watched(), options, isNewFolder) }
      } catch (error) {
        await removeEmptied(root, path.dirname(target), folders)
        // A lost connection has the same fields as an error of the file system.
        throw error === ofBody?.error ? error : fileSystemError(error, `cannot write ${target}`)
      }
    },

    async *read(key, options = {}) {
      const source = pathOf(key)
      try {
        await using handle = await open(source, 'r')
        const { start = 0, end = Number.POSITIVE_INFINITY } = options.range ?? {}
        const free: Buffer[] = []
        let position = start
        while (position < end) {
          options.signal?.throwIfAborted()
          const buffer = free.pop() ?? Buffer.allocUnsafeSlow(Math.min(readSizeBytes, end - position))
          const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, end - position), position)
          if (bytesRead === 0) return
          position += bytesRead
          yield Object.assign(buffer.subarray(0, bytesRead), { [Symbol.dispose]: () => void free.push(buffer) })
        }
      } catch (error) {
        throw fileSystemError(error, `cannot read ${source}`)
      }
    },

    async stat(key, { signal } = {}) {
      signal?.throwIfAborted()
      try {
        const found = await stat(pathOf(key), { bigint: true })
        if (isSingle && found.isDirectory()) {
          throw new PgarkError('DESTINATION.IS_FOLDER', `${pathOf(key)} is a folder.`, { hint: 'name a file' })
        }
        return found.isFile() ? infoOf(key, found) : undefined
      } catch (error) {
        if (!isMissing(error)) throw fileSystemError(error, `cannot look at ${pathOf(key)}`)
        // A folder of backups is created with the first of them, its parent and the folder of a single file are not.
        const needed = isSingle ? root : path.dirname(root)
        if (isFolder(needed)) return undefined
        throw new PgarkError('DESTINATION.NOT_FOUND', `There is no folder ${needed}.`, {
          hint: 'check the path, or create it',
        })
      }
    },

    async *list(prefix, options = {}) {
      options.signal?.throwIfAborted()
      for await (const found of listFolder(root, prefix, options.delimiter !== undefined)) {
        options.signal?.throwIfAborted()
        yield found
      }
    },

    async remove(keys, { signal } = {}) {
      for (const key of keys) {
        signal?.throwIfAborted()
        try {
          await rm(pathOf(key), { force: true })
          await removeEmptied(root, path.dirname(pathOf(key)), folders)
        } catch (error) {
          // A folder is no object: nothing of that name is there.
          if (isFolder(pathOf(key))) continue
          throw fileSystemError(error, `cannot remove ${pathOf(key)}`)
        }
      }
    },

    async probe({ signal } = {}) {
      try {
        // A folder of backups is made with the first of them: until then its parent must let it be made.
        return await probeFolder(isSingle || existsSync(root) ? root : path.dirname(root), signal)
      } catch (error) {
        throw fileSystemError(error, `cannot write into ${root}`)
      }
    },
    async removeStrays() {
      return [...(await removeStrays(root)), ...(isSingle ? [] : await removeDeadRuns(root))]
    },

    async *unfinished(prefix) {
      try {
        if (existsSync(root)) yield* unfinishedFiles(root, prefix)
      } catch (error) {
        throw fileSystemError(error, `cannot list ${root}`)
      }
    },

    async abortUnfinished(writes) {
      for (const { id } of writes) {
        try {
          await removeUnfinishedFile(pathOf(id))
          await removeEmptied(root, path.dirname(pathOf(id)), folders)
        } catch (error) {
          throw fileSystemError(error, `cannot remove ${pathOf(id)}`)
        }
      }
    },

    async close() {},
  }
}

async function* listFolder(
  root: string,
  prefix: string,
  folded: boolean,
): AsyncIterable<ObjectInfo | { prefix: string }> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
  let entries: import('node:fs').Dirent[]
  try {
    entries = await readdir(resolveKey(root, folder), { withFileTypes: true })
  } catch (error) {
    if (isMissing(error)) return
    throw fileSystemError(error, `cannot list ${path.join(root, folder)}`)
  }
  const listed = entries.filter(({ name }) => (folder + name).startsWith(prefix) && !isPartialName(name))
  for (const entry of listed.filter((each) => each.isDirectory())) {
    const key = `${folder + entry.name}/`
    if (folded) yield { prefix: key }
    else yield* listFolder(root, key, false)
  }
  const files = listed.filter((entry) => entry.isFile()).map(({ name }) => folder + name)
  for (let at = 0; at < files.length; at += statsAtOnce) {
    const some = files.slice(at, at + statsAtOnce)
    yield* await Promise.all(some.map(async (key) => infoOf(key, await stat(path.join(root, key), { bigint: true }))))
  }
}

function infoOf(key: string, { dev, ino, size, mtime }: BigIntStats): ObjectInfo {
  // Some file systems number no files.
  return { key, sizeBytes: Number(size), modifiedAt: mtime, ...(ino !== 0n && { identity: `file:${dev}:${ino}` }) }
}

/** Keys come from manifests, so one that climbs out of the folder is refused. */
function resolveKey(root: string, key: string): string {
  const resolved = path.join(root, key)
  if (resolved !== root && !resolved.startsWith(root.endsWith(path.sep) ? root : root + path.sep)) {
    throw new PgarkError('USAGE.KEY', `The key ${key} points outside ${root}.`)
  }
  return resolved
}

/** A folder exists for the objects in it: one that holds none any more goes with the last of them. */
async function removeEmptied(root: string, folder: string, folders: Folders): Promise<void> {
  for (let at = folder; at !== root; at = path.dirname(at)) {
    folders.delete(at)
    try {
      await rmdir(at)
    } catch (error) {
      if (isMissing(error)) continue
      return
    }
  }
}

async function createFolders(root: string, folder: string, folders: Folders): Promise<void> {
  if (folders.has(folder)) return
  if (!isFolder(root)) {
    await mkdir(root, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
      // Of several that write at once, one is first.
      if (isFolder(root)) return
      const hint = 'name a folder, or a file that ends as its format does: .sql, .sql.zst, .dump'
      throw new PgarkError('DESTINATION.NOT_FOUND', `${root} is no folder.`, { hint })
    })
  }
  const made = await mkdir(folder, { mode: 0o700, recursive: true })
  // Of several that write at once one has made it, and the others may have come later.
  if (!folders.has(folder)) folders.set(folder, made === undefined ? 'found' : 'made')
}

const isFile = (location: string) => statSync(location, { throwIfNoEntry: false })?.isFile() ?? false
const isFolder = (location: string) => statSync(location, { throwIfNoEntry: false })?.isDirectory() ?? false
const isMissing = (error: unknown) =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
