import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { UnfinishedWrite } from '../contracts/exporter.ts'
import { finalNameOf, isPartialName, writerOf } from './partial-name.ts'

/** Files below `root` that are being written, or were when their process died. `id` is the path below `root`. */
export async function* unfinishedFiles(root: string, prefix: string): AsyncGenerator<UnfinishedWrite> {
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !isPartialName(entry.name)) continue
    const folder = path.relative(root, entry.parentPath).split(path.sep).join('/')
    const inFolder = (name: string) => (folder === '' ? name : `${folder}/${name}`)
    const key = inFolder(finalNameOf(entry.name))
    const writtenAt = key.startsWith(prefix) ? await modifiedAt(path.join(entry.parentPath, entry.name)) : undefined
    // Finished meanwhile, or of no interest.
    if (!writtenAt) continue
    const writer = await writerOf(entry.name, writtenAt)
    yield { key, id: inFolder(entry.name), writtenAt, ...(writer !== 'unknown' && { isAlive: writer === 'lives' }) }
  }
}

/** Removes one of them. */
export async function removeUnfinishedFile(file: string): Promise<void> {
  if (isPartialName(path.basename(file))) await rm(file, { force: true })
}

const modifiedAt = async (file: string): Promise<Date | undefined> => {
  try {
    return (await stat(file)).mtime
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
