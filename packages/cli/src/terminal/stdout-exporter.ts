import { type Exporter, PgarkError } from '@pgark/core'

/** Standard output as a destination: one plain file, no manifest, nothing that could be read or taken back. */
export function stdoutExporter(stream: NodeJS.WriteStream): Exporter {
  return {
    specVersion: 1,
    name: 'stdout',
    location: 'standard output',
    capabilities: { range: false, remove: false, compose: false, read: false },
    objectKey: '-',
    async write(key, body, { signal } = {}) {
      const aborted = new Promise<never>((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      })
      aborted.catch(() => {})
      let sizeBytes = 0
      for await (const chunk of body) {
        // A reader that has gone aborts the run; a write that waits for it would wait for ever.
        await Promise.race([writeWhole(stream, chunk), aborted])
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

function writeWhole(stream: NodeJS.WriteStream, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(chunk, (error) => (error ? reject(error) : resolve()))
  })
}
