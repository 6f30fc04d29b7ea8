import { type ByteRange, PgarkError } from '../../../src/index.ts'
import type { Double } from './double.ts'

/** Exporters that break what is promised of `read`, `stat`, `list`, `remove` and `close`. */
export const looking: Readonly<Record<string, Double>> = {
  'takes the end of a range to be part of it': {
    open: (good) => ({
      ...good,
      read(key, options = {}) {
        const { range } = options
        const wide: ByteRange | undefined = range?.end === undefined ? range : { ...range, end: range.end + 1 }
        return good.read(key, { ...options, ...(wide && { range: wide }) })
      },
    }),
    fails: ['range: from the first byte', 'range: from the middle, its end left out', 'range: of no bytes is empty'],
  },
  'reads what is not there as empty': {
    open: (good) => ({
      ...good,
      async *read(key, options) {
        if (await good.stat(key)) yield* good.read(key, options)
      },
    }),
    fails: [
      'keys: under which nothing was written',
      'range: of an object that is not there is DESTINATION.NOT_FOUND',
      'atomicity: nothing is there before the write resolves',
    ],
  },
  'uses the memory of a chunk again that was not handed back': {
    open: (good) => ({
      ...good,
      async *read(key, options) {
        let memory = new Uint8Array()
        for await (const chunk of good.read(key, options)) {
          if (memory.length < chunk.length) memory = new Uint8Array(chunk.length)
          memory.set(chunk)
          yield memory.subarray(0, chunk.length)
        }
      },
    }),
    fails: ['lent chunks: what a read gave keeps its bytes until it is handed back'],
  },
  'lists everything, whatever the prefix': {
    open: (good) => ({ ...good, list: (_, options) => good.list('', options) }),
    fails: [
      'listing: a prefix is text, not a folder',
      'listing: with a delimiter what lies deeper is folded',
      'listing: where nothing is',
    ],
  },
  'takes a prefix for a folder': {
    open: (good) => ({
      ...good,
      list: (prefix, options) => good.list(prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`, options),
    }),
    fails: [
      'listing: a prefix is text, not a folder',
      'listing: with a delimiter what lies deeper is folded',
      'listing: tells what stat tells',
    ],
  },
  'lists the first page': {
    open: (good) => ({
      ...good,
      async *list(prefix, options) {
        let listed = 0
        for await (const each of good.list(prefix, options)) {
          if (listed++ === 1000) return
          yield each
        }
      },
    }),
    isCheapPerObject: true,
    fails: ['listing: 1,100 objects, each once', 'listing: 1,100 folded prefixes, each once'],
  },
  'fails to remove what is not there': {
    open: (good) => ({
      ...good,
      async remove(keys, options) {
        for (const key of keys) {
          if (!(await good.stat(key, options))) throw new PgarkError('DESTINATION.NOT_FOUND', `there is no ${key}`)
        }
        await good.remove(keys, options)
      },
    }),
    fails: ['removal: of what is not there, or of nothing, is no error', 'removal: only what was named goes'],
  },
  'removes by prefix': {
    open: (good) => ({
      ...good,
      async remove(keys, options) {
        for (const key of keys) {
          for await (const each of good.list(key, options)) if ('key' in each) await good.remove([each.key], options)
        }
      },
    }),
    fails: ['removal: only what was named goes'],
  },
  'cannot be closed twice': {
    open: (good) => {
      let isClosed = false
      return {
        ...good,
        async close() {
          if (isClosed) throw new Error('closed already')
          isClosed = true
        },
      }
    },
    fails: ['life cycle: close may be called without use, and twice'],
  },
}
