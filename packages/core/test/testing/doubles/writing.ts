import { mkdir, open, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { abortable, type Exporter, PgarkError } from '../../../src/index.ts'
import { chunksOf } from '../../file/temp-folder.ts'
import type { Double } from './double.ts'

type Body = AsyncIterable<Uint8Array & Partial<Disposable>>

/** A body that ends where it fails; what it failed with is told. */
async function* untilItFails(body: Body, failed: (error: unknown) => void) {
  try {
    yield* body
  } catch (error) {
    failed(error)
  }
}

const withWrite = (good: Exporter, write: Exporter['write']): Exporter => ({ ...good, write })

/** Exporters that break what is promised of `write`. */
export const writing: Readonly<Record<string, Double>> = {
  'writes in place': {
    open: (good, folder) =>
      withWrite(good, async (key, body, { signal, overwrite } = {}) => {
        const target = path.join(folder, key)
        if (!overwrite && (await good.stat(key, { ...(signal && { signal }) }))) {
          throw new PgarkError('REFUSED.EXISTS', `${key} is there`)
        }
        await mkdir(path.dirname(target), { recursive: true })
        await using handle = await open(target, 'w')
        try {
          let sizeBytes = 0
          for await (const chunk of abortable(body, signal)) {
            sizeBytes += (await handle.write(chunk)).bytesWritten
            ;(chunk as Partial<Disposable>)[Symbol.dispose]?.()
          }
          return { key, sizeBytes }
        } catch (error) {
          await rm(target)
          throw error
        }
      }),
    fails: [
      'failing body: what was there before stays',
      'abort: what was there before stays',
      'atomicity: nothing is there before the write resolves',
      'atomicity: what is being replaced is there until the write resolves',
      'atomicity: a read that is overtaken by a write gives the old bytes or fails',
      'overwrite: so is one that is taken in the middle of the write',
      'concurrency: of two writers of one key one wins, the other is REFUSED.EXISTS',
    ],
    mayFail: ['concurrency: two that overwrite one key leave the object of one'],
  },
  'leaves what arrived before a body failed': {
    open: (good) =>
      withWrite(good, async (key, body, options) => {
        let failed: { error: unknown } | undefined
        const cut = untilItFails(body, (error) => {
          failed = { error }
        })
        const stored = await good.write(key, cut, options)
        if (failed) throw failed.error
        return stored
      }),
    fails: [
      'failing body: before its first chunk, no object is left',
      'failing body: after a byte, no object is left',
      'failing body: after exactly one part, no object is left',
      'failing body: in the middle of the third part, no object is left',
      'failing body: what was there before stays',
      'failing body: the key can be written again',
    ],
  },
  'takes the failure of a body for its end': {
    open: (good) =>
      withWrite(good, (key, body, options) =>
        good.write(
          key,
          untilItFails(body, () => {}),
          options,
        ),
      ),
    fails: [
      'failing body: before its first chunk, the write rejects with that very error',
      'failing body: before its first chunk, no object is left',
      'failing body: after a byte, the write rejects with that very error',
      'failing body: after a byte, no object is left',
      'failing body: after exactly one part, the write rejects with that very error',
      'failing body: after exactly one part, no object is left',
      'failing body: in the middle of the third part, the write rejects with that very error',
      'failing body: in the middle of the third part, no object is left',
      'failing body: what was there before stays',
      'failing body: the key can be written again',
    ],
  },
  'tells an error of its own when a body fails': {
    open: (good) =>
      withWrite(good, (key, body, options) => {
        const cut = async function* () {
          try {
            yield* body
          } catch (cause) {
            throw new PgarkError('DESTINATION.UPLOAD', 'the upload failed', { cause })
          }
        }
        return good.write(key, cut(), options)
      }),
    fails: [
      'failing body: before its first chunk, the write rejects with that very error',
      'failing body: after a byte, the write rejects with that very error',
      'failing body: after exactly one part, the write rejects with that very error',
      'failing body: in the middle of the third part, the write rejects with that very error',
    ],
  },
  'does not listen to its signal': {
    open: (good) => withWrite(good, (key, body, { overwrite = false } = {}) => good.write(key, body, { overwrite })),
    fails: [
      "abort: before it begins, the write rejects with the signal's reason",
      'abort: before it begins, no object is left',
      "abort: between two chunks, the write rejects with the signal's reason",
      'abort: between two chunks, no object is left',
      "abort: while the body has nothing to give, the write rejects with the signal's reason",
      "abort: when the body has ended, the write rejects with the signal's reason",
      'abort: when the body has ended, no object is left',
      'abort: what was there before stays',
      'abort: a body that is no longer wanted is ended',
    ],
  },
  'collects the whole body before it writes': {
    open: (good) =>
      withWrite(good, async (key, body: Body, options = {}) => {
        const copies: Uint8Array[] = []
        for await (const chunk of abortable(body, options.signal)) {
          copies.push(Uint8Array.from(chunk))
          ;(chunk as Partial<Disposable>)[Symbol.dispose]?.()
        }
        return await good.write(key, chunksOf(...copies), options)
      }),
    fails: ['backpressure: of a body without an end only so much is held'],
  },
  'leaves a temporary file when it fails': {
    open: (good, folder) =>
      withWrite(good, async (key, body, options) => {
        try {
          return await good.write(key, body, options)
        } catch (error) {
          await mkdir(folder, { recursive: true })
          await writeFile(path.join(folder, 'x.pgark-partial'), '')
          throw error
        }
      }),
    fails: [
      'failing body: nothing unfinished is left',
      'abort: nothing unfinished is left',
      'overwrite: nothing unfinished is left of what was refused',
    ],
  },
  'overwrites what it was not told to': {
    open: (good) => withWrite(good, (key, body, options) => good.write(key, body, { ...options, overwrite: true })),
    fails: [
      'overwrite: a key that is taken is REFUSED.EXISTS',
      'overwrite: so is one that is taken in the middle of the write',
      'concurrency: of two writers of one key one wins, the other is REFUSED.EXISTS',
    ],
  },
  'looks for what is there only at the beginning': {
    open: (good) =>
      withWrite(good, async (key, body, options = {}) => {
        if (!options.overwrite && (await good.stat(key))) throw new PgarkError('REFUSED.EXISTS', `${key} is there`)
        return await good.write(key, body, { ...options, overwrite: true })
      }),
    fails: [
      'overwrite: so is one that is taken in the middle of the write',
      'concurrency: of two writers of one key one wins, the other is REFUSED.EXISTS',
    ],
  },
  'keeps lent chunks': {
    open: (good) =>
      withWrite(good, (key, body, options) => {
        const kept = async function* () {
          for await (const chunk of body) yield new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
        }
        return good.write(key, kept(), options)
      }),
    fails: ['lent chunks: a write hands each back once', 'lent chunks: a write keeps only so many'],
  },
  'hands lent chunks back before it has written them': {
    open: (good) =>
      withWrite(good, (key, body: Body, options) => {
        const early = async function* () {
          for await (const chunk of body) {
            chunk[Symbol.dispose]?.()
            yield new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
          }
        }
        return good.write(key, early(), options)
      }),
    fails: ['lent chunks: a write does not look at them afterwards'],
  },
}
