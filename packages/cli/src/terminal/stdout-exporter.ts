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
      // A write that fails tells its callback; without a listener the error would end the process as well.
      stream.on('error', () => {})
      const aborted = new Promise<never>((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      })
      aborted.catch(() => {})
      let sizeBytes = 0
      for await (const chunk of body) {
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
    stream.write(chunk, (cause) => {
      if (!cause) return resolve()
      reject(
        new PgarkError('DESTINATION.PIPE', 'What reads standard output has gone: the backup there is not complete.', {
          cause,
        }),
      )
    })
  })
}
