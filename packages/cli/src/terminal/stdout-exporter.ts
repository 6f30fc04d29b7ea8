import { once } from 'node:events'
import { type Exporter, PgarkError } from '@pgark/core'

/** Standard output as a destination: one plain file, no manifest, nothing to take back. */
export function stdoutExporter(stream: NodeJS.WriteStream): Exporter {
  const unreadable = () => new PgarkError('USAGE.OPTIONS', 'Standard output cannot be read.')
  return {
    specVersion: 1,
    name: 'stdout',
    location: 'standard output',
    capabilities: { range: false, remove: false, compose: false, read: false },
    objectKey: '-',
    async write(key, body, { signal } = {}) {
      let sizeBytes = 0
      let failed: Error | undefined
      const onError = (error: Error) => {
        failed = error
      }
      stream.on('error', onError)
      try {
        for await (const chunk of body) {
          signal?.throwIfAborted()
          if (failed) break
          sizeBytes += chunk.byteLength
          if (!stream.write(chunk))
            await Promise.race([once(stream, 'drain', { signal: signal ?? (null as never) }), once(stream, 'close')])
        }
        await new Promise<void>((resolve) => void stream.write('', () => resolve()))
      } finally {
        stream.off('error', onError)
      }
      if (failed)
        throw new PgarkError(
          'DESTINATION.PIPE',
          'What reads standard output has gone; the backup there is not complete.',
          { cause: failed },
        )
      return { key, sizeBytes }
    },
    // biome-ignore lint/correctness/useYield: there is nothing to read
    async *read() {
      throw unreadable()
    },
    stat: async () => undefined,
    async *list() {},
    async remove() {},
    async close() {},
  }
}
