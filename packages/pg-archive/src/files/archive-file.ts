import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { ArchiveFile, ArchiveFolder } from '../reading/archive-reader.ts'

/** Bytes read at a time. */
const chunkBytes = 256 * 1024

/** A custom or tar archive on disk. */
export function archiveFile(file: string): ArchiveFile {
  return { canSeek: true, read: (start) => readFrom(file, start) }
}

/** A directory archive on disk. */
export function archiveFolder(folder: string): ArchiveFolder {
  return {
    read: (name) => readFrom(path.join(folder, name), 0),
    has: async (name) => (await stat(path.join(folder, name)).catch(absent))?.isFile() ?? false,
  }
}

/** Opened when it is first read, and closed by whoever stops. */
async function* readFrom(file: string, start: number): AsyncGenerator<Uint8Array> {
  yield* createReadStream(file, { start, highWaterMark: chunkBytes })
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
}
