import type { ArchiveFile, ArchiveFolder } from '../../src/index.ts'

/** What became of a file that was read: how often it was opened and closed, and how many bytes were taken. */
export interface Use {
  opened: number
  closed: number
  taken: number
}

export interface Source {
  readonly chunkBytes?: number
  readonly canSeek?: boolean
  /** Lend each chunk until the next is asked for: its memory is used again. */
  readonly isLent?: boolean
}

/** A file in memory that keeps account of its use. */
export function fileOf(bytes: Buffer, { chunkBytes = 50, canSeek = true, isLent = false }: Source = {}) {
  const use: Use = { opened: 0, closed: 0, taken: 0 }
  const file: ArchiveFile = {
    canSeek,
    read(start) {
      if (!canSeek && (start > 0 || use.opened > 0)) throw new Error('a pipe is read once, from its beginning')
      return read(bytes.subarray(start), chunkBytes, isLent, use)
    },
  }
  return { file, use }
}

async function* read(bytes: Buffer, chunkBytes: number, isLent: boolean, use: Use): AsyncGenerator<Uint8Array> {
  use.opened++
  const memory = Buffer.alloc(chunkBytes)
  try {
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      // As from a disk or the network: never at once.
      await new Promise(setImmediate)
      const part = bytes.subarray(at, at + chunkBytes)
      use.taken += part.length
      yield isLent ? memory.fill(0xee).subarray(0, part.copy(memory)) : part
    }
  } finally {
    use.closed++
  }
}

/** A folder in memory, to write to and to read from. */
export class Folder implements ArchiveFolder {
  readonly files = new Map<string, Buffer>()
  /** Every name that was asked for. */
  readonly asked: string[] = []
  readonly use: Use = { opened: 0, closed: 0, taken: 0 }

  async write(name: string, body: AsyncIterable<Uint8Array>): Promise<void> {
    const chunks: Uint8Array[] = []
    for await (const chunk of body) chunks.push(Buffer.from(chunk))
    this.files.set(name, Buffer.concat(chunks))
  }

  async has(name: string): Promise<boolean> {
    this.asked.push(name)
    return this.files.has(name)
  }

  read(name: string): AsyncIterable<Uint8Array> {
    this.asked.push(name)
    const bytes = this.files.get(name)
    if (!bytes) throw new Error(`no file ${name}`)
    return read(bytes, 50, false, this.use)
  }
}
