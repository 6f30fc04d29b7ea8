import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { backup, type Exporter, file, list } from '../../src/index.ts'
import { everythingIn, tempFolder } from '../file/temp-folder.ts'
import { engineDouble } from './engine-double.ts'
import { type Faults, faulty } from './faulty-exporter.ts'

const kinds: [string, (folder: string) => Exporter][] = [
  ['a single file', (folder) => file(path.join(folder, 'shop.sql.zst'))],
  ['a folder', (folder) => file(path.join(folder, 'backups'))],
]
const sorry = new Error('sorry')
const throwSorry = () => {
  throw sorry
}
const isManifest = (key: string) => key.endsWith('.json') && !key.endsWith('contents.json')

/** No file of any name is left; an empty folder shows nothing. */
async function expectNothing(folder: string): Promise<void> {
  const left = await everythingIn(folder)
  expect(left.filter((name) => name !== 'backups' && !/^backups\/[^/.]+$/.test(name))).toEqual([])
  expect(await list(file(path.join(folder, 'backups')))).toEqual([])
}

for (const [kind, open] of kinds) {
  describe(`a backup to ${kind} that fails leaves nothing`, () => {
    for (const point of ['begin', 'first chunk', 'last chunk', 'written'] as const) {
      test(`when the engine fails at "${point}"`, async () => {
        const folder = await tempFolder()
        const { engine } = engineDouble({ at: (reached) => (reached === point ? throwSorry() : undefined) })
        await expect(backup({ engine, to: open(folder) })).rejects.toBe(sorry)
        await expectNothing(folder)
      })

      test(`when it is aborted at "${point}"`, async () => {
        const folder = await tempFolder()
        const controller = new AbortController()
        const { engine } = engineDouble({ at: (reached) => (reached === point ? controller.abort(sorry) : undefined) })
        await expect(backup({ engine, to: open(folder), signal: controller.signal })).rejects.toBe(sorry)
        await expectNothing(folder)
      })
    }

    const faults: [string, Faults, unknown][] = [
      ['the destination fails before the object', { beforeWrite: throwSorry }, sorry],
      ['it fails after the object', { afterWrite: throwSorry }, sorry],
      ['it fails before the manifest', { beforeWrite: (key) => (isManifest(key) ? throwSorry() : undefined) }, sorry],
      [
        'it fails before the contents or manifest',
        { beforeWrite: (key) => (key.endsWith('.json') ? throwSorry() : undefined) },
        sorry,
      ],
      [
        'it stored fewer bytes than it was given',
        { answer: (stored) => ({ ...stored, sizeBytes: stored.sizeBytes - 1 }) },
        expect.objectContaining({ code: 'DESTINATION.SIZE' }),
      ],
      [
        'it holds another size than it stored',
        { sizeOf: (_, sizeBytes) => sizeBytes + 1 },
        expect.objectContaining({ code: 'DESTINATION.SIZE' }),
      ],
    ]
    for (const [name, fault, expected] of faults) {
      // What a destination stored before it said otherwise is out of anyone's hands.
      const isKept = name === 'it fails after the object'
      test(`when ${name}`, async () => {
        const folder = await tempFolder()
        const { engine } = engineDouble()
        const error = await backup({ engine, to: faulty(open(folder), fault).exporter }).catch((reason) => reason)
        expect(error).toEqual(expected)
        if (!isKept) await expectNothing(folder)
        expect(await list(file(folder))).toEqual([])
      })
    }

    test('when what listens to it throws', async () => {
      for (const type of ['phase', 'object'] as const) {
        const folder = await tempFolder()
        const onEvent = (event: { type: string }) => (event.type === type ? throwSorry() : undefined)
        await expect(backup({ engine: engineDouble().engine, to: open(folder), onEvent })).rejects.toBe(sorry)
        await expectNothing(folder)
      }
    })

    test('and says why it failed, not why tidying up did', async () => {
      const { engine } = engineDouble({ at: (point) => (point === 'written' ? throwSorry() : undefined) })
      const beforeRemove = () => {
        throw new Error('cannot remove')
      }
      const { exporter } = faulty(open(await tempFolder()), { beforeRemove })
      await expect(backup({ engine, to: exporter })).rejects.toBe(sorry)
    })
  })
}

describe('an engine that made no backup is told so', () => {
  test('when it wrote nothing', async () => {
    const folder = await tempFolder()
    const { engine, contents } = engineDouble()
    const idle: typeof engine = { ...engine, backup: async () => ({ ...contents, tables: [] }) }
    await expect(backup({ engine: idle, to: file(path.join(folder, 'backups')) })).rejects.toMatchObject({
      code: 'ENGINE.INCOMPLETE',
      message: 'The engine did not write any object.',
    })
    await expectNothing(folder)
  })

  test('when rows are said to be in an object that it did not write', async () => {
    const folder = await tempFolder()
    const { engine } = engineDouble()
    const elsewhere: typeof engine = {
      ...engine,
      async backup(...given) {
        const made = await engine.backup(...given)
        return { ...made, tables: made.tables.map((table) => ({ ...table, object: 'elsewhere' })) }
      },
    }
    await expect(backup({ engine: elsewhere, to: file(path.join(folder, 'backups')) })).rejects.toMatchObject({
      code: 'ENGINE.INCOMPLETE',
      message: expect.stringContaining('the object elsewhere with the rows of public.orders'),
    })
    await expectNothing(folder)
  })
})

describe('what the destination says that it holds is compared', () => {
  const gone = {
    code: 'DESTINATION.SIZE',
    message: expect.stringContaining('has no bytes at its destination'),
  }
  test('in a folder', async () => {
    const folder = file(path.join(await tempFolder(), 'backups'))
    async function* nothing() {}
    const to: Exporter = { ...folder, list: nothing }
    await expect(backup({ engine: engineDouble().engine, to })).rejects.toMatchObject(gone)
  })

  test('of a single file', async () => {
    const single = file(path.join(await tempFolder(), 'shop.sql'))
    const to: Exporter = { ...single, stat: async () => undefined }
    await expect(backup({ engine: engineDouble().engine, to })).rejects.toMatchObject(gone)
  })
})

test('where nothing can be removed, nothing is: what is left has no manifest', async () => {
  const folder = await tempFolder()
  const destination = file(folder)
  const { exporter, calls } = faulty(
    { ...destination, capabilities: { ...destination.capabilities, remove: false } },
    { beforeWrite: (key) => (isManifest(key) ? throwSorry() : undefined) },
  )
  await expect(backup({ engine: engineDouble().engine, to: exporter })).rejects.toBe(sorry)
  expect(calls.filter((call) => call.startsWith('remove'))).toEqual([])
  expect(await list(destination)).toEqual([])
})

describe('a single file that is there', () => {
  for (const name of ['shop.sql.zst', 'shop.sql.zst.json']) {
    test(`is refused before the engine is asked for anything: ${name}`, async () => {
      const folder = await tempFolder()
      await writeFile(path.join(folder, name), 'before')
      const { engine, requests } = engineDouble()
      const refused = backup({ engine, to: file(path.join(folder, 'shop.sql.zst')) })
      await expect(refused).rejects.toMatchObject({ code: 'REFUSED.EXISTS', hint: expect.stringContaining('--force') })
      expect(requests).toEqual([])
      expect(await everythingIn(folder)).toEqual([name])
    })
  }
})
