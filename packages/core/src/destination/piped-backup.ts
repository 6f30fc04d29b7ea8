import { Readable } from 'node:stream'
import type { ObjectSource } from '../contracts/objects.ts'
import { abortable } from './abortable.ts'

/** A backup that comes as a stream, for example from standard input: no manifest, readable once. */
export function pipedBackup(body: AsyncIterable<Uint8Array>, signal: AbortSignal): ObjectSource {
  const taken = body instanceof Readable ? takeOver(body) : body
  return {
    manifest: undefined,
    location: 'standard input',
    objectName: '-',
    objectNames: ['-'],
    canSeek: false,
    contents: async () => undefined,
    has: async (name) => name === '-',
    sizeOf: async () => undefined,
    check: async () => false,
    read: (_, options) => abortable(taken, options?.signal ?? signal),
  }
}

/**
 * The chunks of a stream that may fail long before anybody reads it: who reads it then is told, where Node would end the process. Whoever
 * leaves closes it at once; its own iterator would wait for the next chunk first.
 */
function takeOver(stream: Readable): AsyncIterable<Uint8Array> {
  stream.on('error', () => {})
  return {
    [Symbol.asyncIterator]() {
      const iterator = stream[Symbol.asyncIterator]()
      return {
        next: () => iterator.next(),
        async return() {
          stream.destroy()
          return { done: true, value: undefined }
        },
      }
    },
  }
}
