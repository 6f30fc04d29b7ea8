import { appendFile, readFile, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { backup, type Exporter, file, list, type RunEvent, verify } from '../../src/index.ts'
import { everythingIn, tempFolder } from '../file/temp-folder.ts'
import { engineDouble } from './engine-double.ts'
import { faulty } from './faulty-exporter.ts'

const sorry = new Error('sorry')

/** A folder with a backup in one file. */
async function existing() {
  const folder = await tempFolder()
  const location = path.join(folder, 'shop.sql.zst')
  await backup({ engine: engineDouble({ chunks: ['first'] }).engine, to: file(location) })
  const read = () => Promise.all([location, `${location}.json`].map((name) => readFile(name, 'utf8')))
  return { folder, location, read }
}

test('the old manifest goes before the new bytes take the name', async () => {
  const { location, folder } = await existing()
  const { exporter, calls } = faulty(file(location), {
    // From here on a crash leaves the new file without a manifest, never with the old one.
    afterWrite: async (key) => {
      if (!key.endsWith('.json')) expect(await everythingIn(folder)).toEqual(['shop.sql.zst'])
    },
  })
  await backup({ engine: engineDouble({ chunks: ['second'] }).engine, to: exporter, overwrite: true })
  expect(calls).toEqual(['remove shop.sql.zst.json', 'write shop.sql.zst', 'write shop.sql.zst.json'])
  expect(await readFile(location, 'utf8')).toBe('second')
  expect(await verify({ engine: engineDouble().engine, from: file(location) })).toMatchObject({ ok: true })
})

test('until the new bytes are complete the old backup is whole', async () => {
  const { location, read } = await existing()
  const before = await read()
  const { engine } = engineDouble({
    at: async (point) => {
      expect(await read()).toEqual(before)
      if (point === 'last chunk') throw sorry
    },
  })
  await expect(backup({ engine, to: file(location), overwrite: true })).rejects.toBe(sorry)
  expect(await read()).toEqual(before)
  expect(await list(file(path.dirname(location)))).toMatchObject([{ state: 'complete' }])
})

test('the old backup is whole as well when the last bytes cannot be stored', async () => {
  const { location, read } = await existing()
  const before = await read()
  const real = file(location)
  const full = faulty(real, {}).exporter
  const to = {
    ...full,
    // A disk that is full shows itself when the last write, or the sync after it, fails.
    write: (key: string, body: AsyncIterable<Uint8Array>, options = {}) => {
      async function* thenFull() {
        yield* body
        throw sorry
      }
      return real.write(key, key.endsWith('.json') ? body : thenFull(), options)
    },
  }
  await expect(backup({ engine: engineDouble().engine, to, overwrite: true })).rejects.toBe(sorry)
  expect(await read()).toEqual(before)
})

test('without a file to replace it is a backup like any other', async () => {
  const folder = await tempFolder()
  const location = path.join(folder, 'shop.sql.zst')
  await backup({ engine: engineDouble().engine, to: file(location), overwrite: true })
  expect(await everythingIn(folder)).toEqual(['shop.sql.zst', 'shop.sql.zst.json'])
  expect((await stat(location)).size).toBe(14)
})

test('when only its manifest cannot be written the new backup stays: the old one is gone already', async () => {
  const { location } = await existing()
  const events: RunEvent[] = []
  const fault = { beforeWrite: (key: string) => (key.endsWith('.json') ? Promise.reject(sorry) : undefined) }
  const to = faulty(file(location), fault).exporter
  const { engine } = engineDouble({ chunks: ['second'] })
  const run = backup({ engine, to, overwrite: true, onEvent: (event) => void events.push(event) })
  await expect(run).rejects.toBe(sorry)
  expect(await readFile(location, 'utf8')).toBe('second')
  expect(events).toContainEqual(expect.objectContaining({ type: 'warning', code: 'DESTINATION.NO_MANIFEST' }))
})

test('the old manifest stays where the run is ended while more bytes are awaited', async () => {
  const { location, read } = await existing()
  const before = await read()
  const ended = new AbortController()
  const looks: string[] = []
  const to: Exporter = {
    ...file(location),
    stat: (key) => {
      looks.push(key)
      return file(location).stat(key)
    },
  }
  const { engine } = engineDouble({
    at(point) {
      if (point !== 'last chunk') return
      looks.length = 0
      ended.abort(sorry)
      return new Promise(() => {})
    },
  })
  await expect(backup({ engine, to, overwrite: true, signal: ended.signal })).rejects.toBe(sorry)
  await setImmediate()
  // Taking it away begins with a look at the file.
  expect(looks).toEqual([])
  expect(await read()).toEqual(before)
})

test('a connection that is lost when all is stored is no loss', async () => {
  const { location } = await existing()
  const { signal, lose } = connection()
  const to = faulty(file(location), { afterWrite: lose }).exporter
  await backup({ engine: engineDouble({ chunks: ['second'], signal }).engine, to, overwrite: true })
  expect(await verify({ engine: engineDouble().engine, from: file(location) })).toMatchObject({ ok: true })
})

test('a connection that is lost before all is stored at every destination ends the backup', async () => {
  const { location, read } = await existing()
  const before = await read()
  const { signal, lose } = connection()
  const other = path.join(await tempFolder(), 'shop.sql.zst')
  const slow = faulty(file(location), { beforeWrite: lose }).exporter
  const run = backup({ engine: engineDouble({ signal }).engine, to: [file(other), slow], overwrite: true })
  await expect(run).rejects.toBe(sorry)
  expect(await read()).toEqual(before)
})

/** Of an engine, which gives it up with `sorry`. */
function connection() {
  const controller = new AbortController()
  return { signal: controller.signal, lose: () => controller.abort(sorry) }
}

describe('when the new bytes cannot take the name, the old manifest', () => {
  /** Fails once the body has been read, and so the manifest is away. */
  const failing = (real: Exporter, meanwhile: () => Promise<unknown>, manifestFails = false): Exporter => ({
    ...real,
    async write(key, body, options) {
      if (key.endsWith('.json'))
        return manifestFails ? Promise.reject(new Error('full')) : real.write(key, body, options)
      for await (const _ of body);
      await meanwhile()
      throw sorry
    },
  })
  const told = async (location: string, meanwhile: () => Promise<unknown>, manifestFails?: boolean) => {
    const events: RunEvent[] = []
    const to = failing(file(location), meanwhile, manifestFails)
    const onEvent = (event: RunEvent) => void events.push(event)
    await expect(backup({ engine: engineDouble().engine, to, overwrite: true, onEvent })).rejects.toBe(sorry)
    return events.filter(({ type }) => type === 'warning')
  }

  test('comes back', async () => {
    const { location, read } = await existing()
    const before = await read()
    expect(await told(location, async () => {})).toEqual([])
    expect(await read()).toEqual(before)
  })

  test('that cannot be put back is told of', async () => {
    const { location, folder } = await existing()
    expect(await told(location, async () => {}, true)).toMatchObject([
      { code: 'DESTINATION.NO_MANIFEST', message: expect.stringContaining('still holds the backup before') },
    ])
    expect(await everythingIn(folder)).toEqual(['shop.sql.zst'])
  })

  test('comes back where the run is ended while it is being taken', async () => {
    const { location, read } = await existing()
    const before = await read()
    const real = file(location)
    const ended = new AbortController()
    let written: Promise<unknown> | undefined
    let removed: Promise<void> | undefined
    const to: Exporter = {
      ...real,
      write: (...args) => {
        const write = real.write(...args)
        written ??= write
        return write
      },
      remove(keys) {
        ended.abort(sorry)
        removed ??= Promise.allSettled([written]).then(() => real.remove(keys))
        return removed
      },
    }
    const run = backup({ engine: engineDouble().engine, to, overwrite: true, signal: ended.signal })
    await expect(run).rejects.toBe(sorry)
    await removed
    expect(await read()).toEqual(before)
  })

  test.each([
    ['that is another one by then', (location: string) => appendFile(location, 'x'), ['shop.sql.zst']],
    ['that is gone by then', (location: string) => rm(location), []],
  ])('of a file %s does not', async (_, change, left) => {
    const { location, folder } = await existing()
    expect(await told(location, () => change(location))).toEqual([])
    expect(await everythingIn(folder)).toEqual(left)
  })
})

test('a file without a manifest gets none when it could not be replaced', async () => {
  const { location, folder } = await existing()
  await rm(`${location}.json`)
  const to: Exporter = {
    ...file(location),
    async write(_, body) {
      for await (const _chunk of body);
      throw sorry
    },
  }
  await expect(backup({ engine: engineDouble().engine, to, overwrite: true })).rejects.toBe(sorry)
  expect(await everythingIn(folder)).toEqual(['shop.sql.zst'])
})
