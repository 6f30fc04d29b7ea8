import { type Exporter, PgarkError } from '@pgark/core'
import { stdoutError } from './stdout-error.ts'

/** Standard output as a destination: one plain file, no manifest, nothing that could be read or taken back. */
export function stdoutExporter(stream: NodeJS.WriteStream): Exporter {
  return {
    specVersion: 1,
    name: 'stdout',
    location: 'standard output',
    capabilities: { range: false, remove: false, compose: false, read: false },
    objectKey: '-',
    async write(key, body, { signal } = {}) {
      let sizeBytes = 0
      for await (const chunk of body) {
        await writeWhole(stream, chunk, signal)
        sizeBytes += chunk.byteLength
      }
      return { key, sizeBytes }
    },
    read() {
      throw new PgarkError('USAGE.OPTIONS', 'Standard output cannot be read.')
    },
    stat: async () => undefined,
    async *list() {},
    async remove() {},
    async close() {},
  }
}

/** Gives way to the signal: a write that waits for a reader may wait for ever. */
function writeWhole(stream: NodeJS.WriteStream, chunk: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const onAbort = () => reject(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    stream.write(chunk, (cause) => {
      signal?.removeEventListener('abort', onAbort)
      if (cause) reject(stdoutError(cause))
      else resolve()
    })
  })
}
