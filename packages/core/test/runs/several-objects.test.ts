import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { backup, type Engine, type Exporter, file, list, type ObjectSink } from '../../src/index.ts'
import { chunksOf, everythingIn, tempFolder } from '../file/temp-folder.ts'
import { engineDouble } from './engine-double.ts'

const sorry = new Error('sorry')

/** An engine that writes as `write` says. */
function writing(write: (sink: ObjectSink) => Promise<unknown>): Engine {
  const { engine, contents } = engineDouble({ formats: ['directory'] })
  return {
    ...engine,
    async backup(_request, sink) {
      await write(sink)
      return { ...contents, tables: [] }
    },
  }
}
const named = (key: string) => path.basename(key)
const folders = (folder: string) => [file(path.join(folder, 'good')), file(path.join(folder, 'bad'))] as const
const filesIn = async (folder: string) => (await everythingIn(folder)).filter((name) => name.includes('.'))

describe('a destination that drops out of a backup with many objects', () => {
  test('loses what it has at once, while the others go on', async () => {
    const folder = await tempFolder()
    const [good, real] = folders(folder)
    const bad: Exporter = {
      ...real,
      write: (key, body, options) => (named(key) === '2.dat' ? Promise.reject(sorry) : real.write(key, body, options)),
    }
    let left: string[] = []
    const engine = writing(async (sink) => {
      await sink.write('1.dat', chunksOf('one'))
      await sink.write('2.dat', chunksOf('two'))
      left = await filesIn(folder)
      await sink.write('3.dat', chunksOf('three'))
    })
    const { id, destinations } = await backup({ engine, to: [good, bad] })
    expect(left).toEqual([`good/${id}/1.dat`, `good/${id}/2.dat`])
    expect(destinations).toMatchObject([{ ok: true }, { ok: false, error: sorry }])
    expect(await filesIn(folder)).toEqual(
      [`good/${id}.json`, ...['1.dat', '2.dat', '3.dat', 'contents.json'].map((name) => `good/${id}/${name}`)].sort(),
    )
    expect(await list(good)).toMatchObject([{ key: id, state: 'complete' }])
  })

  test('is told to stop what it is writing, so that nobody waits for it', async () => {
    const folder = await tempFolder()
    const [good, real] = folders(folder)
    const stalls = Promise.withResolvers<void>()
    const stopped: unknown[] = []
    const bad: Exporter = {
      ...real,
      async write(key, _body, { signal } = {}) {
        if (named(key) === '2.dat') {
          await stalls.promise
          throw sorry
        }
        // A server that does not answer.
        return await new Promise((_, reject) => {
          signal?.addEventListener('abort', () => {
            stopped.push(signal.reason)
            reject(signal.reason)
          })
          stalls.resolve()
        })
      },
    }
    const engine = writing((sink) =>
      Promise.all([sink.write('1.dat', chunksOf('one')), sink.write('2.dat', chunksOf('two'))]),
    )
    const { destinations, id } = await backup({ engine, to: [bad, good] })
    expect(stopped).toEqual([sorry])
    expect(destinations).toMatchObject([{ ok: false, error: sorry }, { ok: true }])
    expect(await list(good)).toMatchObject([{ key: id, state: 'complete' }])
  })

  test('loses an object that was stored after it had dropped out', async () => {
    const folder = await tempFolder()
    const [good, real] = folders(folder)
    const dropped = Promise.withResolvers<void>()
    const bad: Exporter = {
      ...real,
      async write(key, body, options) {
        if (named(key) === '2.dat') throw sorry
        options?.signal?.addEventListener('abort', () => dropped.resolve(), { once: true })
        await dropped.promise
        // It does not look at the signal.
        return await real.write(key, body)
      },
    }
    const engine = writing((sink) =>
      Promise.all([sink.write('1.dat', chunksOf('one')), sink.write('2.dat', chunksOf('two'))]),
    )
    await backup({ engine, to: [good, bad] })
    expect((await filesIn(folder)).filter((name) => name.startsWith('bad'))).toEqual([])
  })
})

test('destinations that let later writes wait for the first one do not wait for each other', async () => {
  const folder = await tempFolder()
  /** Has room for one body at a time: the others are read when those that began before are stored. */
  function oneAtATime(real: Exporter): Exporter {
    let before: Promise<unknown> = Promise.resolve()
    return {
      ...real,
      write(key, body, options) {
        const stored = before.then(() => real.write(key, body, options))
        before = stored
        return stored
      },
    }
  }
  const names = Array.from({ length: 8 }, (_, index) => `${index}.dat`)
  const engine = writing((sink) => Promise.all(names.map((name) => sink.write(name, chunksOf('a', 'b', 'c')))))
  const to = folders(folder).map(oneAtATime)
  const { destinations } = await backup({ engine, to })
  expect(destinations).toMatchObject([{ ok: true }, { ok: true }])
})
