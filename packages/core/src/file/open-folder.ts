import { type FileHandle, open } from 'node:fs/promises'
import { platform } from 'node:os'

/** A folder into which files are being written, for all who write into it. */
interface OpenFolder {
  users: number
  readonly handle: Promise<FileHandle>
  running: Promise<void> | undefined
  /** Begins when the one that runs has ended, for all who asked meanwhile. */
  next: Promise<void> | undefined
}

const folders = new Map<string, OpenFolder>()

/**
 * Keeps a folder open while `work` writes into it, which begins only when it is: a folder may be writable and not readable. `sync`
 * makes the names in it durable; a sync takes as long for a thousand names as for one, so those that ask while one is running share
 * the next. Windows cannot open folders.
 */
export async function inFolder(path: string, work: (sync: () => Promise<void>) => Promise<void>): Promise<void> {
  if (platform() === 'win32') return await work(async () => {})
  const folder = folders.get(path) ?? { users: 0, handle: open(path, 'r'), running: undefined, next: undefined }
  folders.set(path, folder)
  folder.users += 1
  try {
    await folder.handle
    await work(() => shareSync(folder))
  } finally {
    folder.users -= 1
    if (folder.users === 0) {
      folders.delete(path)
      await (await folder.handle.catch(() => undefined))?.close()
    }
  }
}

function shareSync(folder: OpenFolder): Promise<void> {
  folder.next ??= (async () => {
    // Its failure is told to those who asked for it.
    await folder.running?.catch(() => {})
    folder.running = folder.next
    folder.next = undefined
    await (await folder.handle).sync()
  })()
  return folder.next
}
