import { type FileHandle, link, open, rename, rm, stat, unlink } from 'node:fs/promises'
import path from 'node:path'
import type { WriteOptions } from '../contracts/exporter.ts'
import { abortable } from '../destination/abortable.ts'
import { PgarkError } from '../errors/pgark-error.ts'
import { GatheringWriter } from './gathering-writer.ts'
import { inFolder } from './open-folder.ts'
import { partialName } from './partial-name.ts'

/** How a file system says that it has no hard links. */
const withoutLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])

/**
 * Writes a file so that it is complete or not there under its name: to a temporary name beside it (which tells whose it is, so
 * that a stray one can be known), synced, renamed, its folder synced. Answers the bytes written. A name that is taken is refused;
 * before anything is written, unless the folder is new, where that would be a question more for each of thousands of files.
 */
export async function writeAtomically(
  target: string,
  body: AsyncIterable<Uint8Array>,
  { signal, overwrite = false }: WriteOptions,
  isNewFolder = false,
): Promise<number> {
  const folder = path.dirname(target)
  const partial = path.join(folder, await partialName(path.basename(target)))
  if (!overwrite && !isNewFolder) await refuseExisting(target)
  const handle = await open(partial, 'wx', 0o600)
  try {
    let sizeBytes: number
    try {
      sizeBytes = await writeAll(handle, body, signal)
      await handle.sync()
    } finally {
      await handle.close()
    }
    signal?.throwIfAborted()
    await publishDurably(partial, target, overwrite)
    return sizeBytes
  } catch (error) {
    // What failed is told; that its remains could not be removed as well would hide it.
    await rm(partial, { force: true }).catch(() => {})
    throw error
  }
}

/** Gives the file its name and makes the name itself durable, or takes it back. */
async function publishDurably(partial: string, target: string, overwrite: boolean): Promise<void> {
  await inFolder(path.dirname(target), async (sync) => {
    await publish(partial, target, overwrite)
    try {
      await sync()
    } catch (error) {
      await rm(target, { force: true })
      throw error
    }
  })
}

async function writeAll(
  handle: FileHandle,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<number> {
  const writer = new GatheringWriter(handle)
  try {
    for await (const chunk of abortable(body, signal)) await writer.write(chunk)
    await writer.finish()
    return writer.sizeBytes
  } finally {
    await writer.settled()
  }
}

/** A hard link fails when the name is taken, a rename would replace it; where links are not supported the name is checked first. */
async function publish(partial: string, target: string, overwrite: boolean): Promise<void> {
  if (overwrite) return rename(partial, target)
  try {
    await link(partial, target)
    // The file is there now; a second name that stays is no reason to take it back.
    await unlink(partial).catch(() => {})
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw existing(target)
    if (!withoutLinks.has(code)) throw error
    await refuseExisting(target)
    await rename(partial, target)
  }
}

async function refuseExisting(target: string): Promise<void> {
  const found = await stat(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (found) throw existing(target)
}

const existing = (target: string) =>
  new PgarkError('REFUSED.EXISTS', `${target} is already there.`, {
    hint: 'choose another name, or allow it to be replaced (--force)',
  })
