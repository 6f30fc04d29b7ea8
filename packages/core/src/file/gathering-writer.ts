import type { FileHandle } from 'node:fs/promises'

/** Bytes handed to the file system at once: a call of its own for every chunk would cost more than the writing. */
const gatherBytes = 256 * 1024
/** Bytes after which the disk is asked to catch up, while more arrive: otherwise all of it would wait for the end. */
const flushBytes = 32 * 1024 * 1024

/** Writes chunks in large pieces, gathering the next piece while one is being written. At most two pieces are in memory. */
export class GatheringWriter {
  /** Bytes taken so far. */
  sizeBytes = 0
  readonly #handle: FileHandle
  #gathered: Uint8Array[] = []
  #gatheredBytes = 0
  #writing: Promise<void> = Promise.resolve()
  #unflushedBytes = 0
  #flushing: Promise<void> | undefined
  #failed: { readonly error: unknown } | undefined

  constructor(handle: FileHandle) {
    this.#handle = handle
  }

  /** Takes a chunk; resolves when there is room for the next. Rejects when an earlier one could not be written. */
  async write(chunk: Uint8Array): Promise<void> {
    this.sizeBytes += chunk.byteLength
    this.#gathered.push(chunk)
    this.#gatheredBytes += chunk.byteLength
    if (this.#gatheredBytes < gatherBytes) return
    await this.#writing
    if (this.#failed) throw this.#failed.error
    this.#writing = writeWhole(this.#handle, this.#gathered)
    // Awaited with the next piece; until then a rejection must not count as unhandled.
    this.#writing.catch(() => {})
    this.#flushNowAndThen(this.#gatheredBytes)
    this.#gathered = []
    this.#gatheredBytes = 0
  }

  /** Writes what is left. */
  async finish(): Promise<void> {
    await this.#writing
    await this.#flushing
    if (this.#failed) throw this.#failed.error
    await writeWhole(this.#handle, this.#gathered)
  }

  /** An error is kept: the system tells it once, and the sync at the end would succeed over data that never reached the disk. */
  #flushNowAndThen(bytes: number): void {
    this.#unflushedBytes += bytes
    if (this.#flushing || this.#unflushedBytes < flushBytes) return
    this.#unflushedBytes = 0
    this.#flushing = this.#handle
      .datasync()
      .catch((error: unknown) => {
        this.#failed = { error }
      })
      .finally(() => {
        this.#flushing = undefined
      })
  }

  /** Resolves when nothing is being written any more, so that the file can be closed, whatever became of it. */
  async settled(): Promise<void> {
    await this.#writing.catch(() => {})
    await this.#flushing
  }
}

/** Chunks that were lent (see `Exporter.write`) are handed back. */
async function writeWhole(handle: FileHandle, chunks: readonly (Uint8Array & Partial<Disposable>)[]): Promise<void> {
  if (chunks.length === 0) return
  let written = (await handle.writev(chunks)).bytesWritten
  for (const chunk of chunks) {
    // A write may end early, for example where the disk is nearly full.
    for (let at = Math.min(written, chunk.byteLength); at < chunk.byteLength; ) {
      at += (await handle.write(chunk, at, chunk.byteLength - at)).bytesWritten
    }
    written = Math.max(0, written - chunk.byteLength)
    chunk[Symbol.dispose]?.()
  }
}
