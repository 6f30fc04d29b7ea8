import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { type BackupOptions, backup, type Exporter, file, list, type RunEvent, verify } from '../../src/index.ts'
import { everythingIn, tempFolder } from '../file/temp-folder.ts'
import { engineDouble } from './engine-double.ts'
import { type Faults, faulty } from './faulty-exporter.ts'

const whole = '1\n2\n3\n4\n5\n6\n7\n'
const sorry = new Error('sorry')
const throwSorry = () => {
  throw sorry
}
const isManifest = (key: string) => key.endsWith('.json') && !key.endsWith('contents.json')

type Open = (folder: string, name: string) => Exporter
const kinds: [string, Open][] = [
  ['single files', (folder, name) => file(path.join(folder, `${name}.sql.zst`))],
  ['folders', (folder, name) => file(path.join(folder, name))],
]

async function run(options: Partial<BackupOptions>) {
  const events: RunEvent[] = []
  const { engine, requests } = engineDouble()
  const onEvent = (event: RunEvent) => void events.push(event)
  const result = await backup({ engine, to: [], onEvent, ...options })
  return { result, events, requests, warnings: events.filter(({ type }) => type === 'warning') }
}

/** That what lies there is a backup and complete. */
async function expectSound(from: Exporter, id: string): Promise<void> {
  const { engine } = engineDouble()
  const given = from.objectKey === undefined ? { from, id } : { from }
  expect(await verify({ engine, ...given })).toMatchObject({ ok: true })
}

/** No file of any name begins with that name, and no backup is listed there. */
async function expectNothing(folder: string, name: string): Promise<void> {
  expect(
    (await everythingIn(folder)).filter((left) => left.startsWith(`${name}.`) || left.startsWith(`${name}/`)),
  ).toEqual([])
}

for (const [kind, open] of kinds) {
  describe(`several ${kind}`, () => {
    test('have the whole backup each, from one read', async () => {
      const folder = await tempFolder()
      const to = [open(folder, 'a'), open(folder, 'b'), open(folder, 'c')]
      const { result, requests, warnings, events } = await run({ to })
      expect(requests).toHaveLength(1)
      for (const each of to) await expectSound(each, result.id)
      expect(result.destinations.map(({ ok }) => ok)).toEqual([true, true, true])
      expect(result).toMatchObject({ location: result.destinations[0]?.location, sizeBytes: 14, rows: 7 })
      expect(warnings).toEqual([])
      expect(events.at(-1)).toMatchObject({
        type: 'result',
        ok: true,
        destinations: [{ ok: true }, { ok: true }, { ok: true }],
      })
    })

    const midway = (to: Exporter): Exporter => ({
      ...to,
      write(key, body, options) {
        async function* cut() {
          for await (const chunk of body) {
            yield chunk
            throw sorry
          }
        }
        return to.write(key, key.endsWith('.json') ? body : cut(), options)
      },
    })
    const withFaults = (faults: Faults) => (to: Exporter) => faulty(to, faults).exporter
    const smaller = expect.objectContaining({ code: 'DESTINATION.SIZE' })
    const faults: [string, (to: Exporter) => Exporter, unknown][] = [
      ['cannot be asked what is there', (to) => ({ ...to, stat: throwSorry }), sorry],
      ['fails before the first byte', withFaults({ beforeWrite: throwSorry }), sorry],
      ['fails midway', midway, sorry],
      ['fails when it has every byte', withFaults({ answer: throwSorry }), sorry],
      ['stored fewer bytes', withFaults({ answer: (stored) => ({ ...stored, sizeBytes: 3 }) }), smaller],
      ['holds another size than it stored', withFaults({ sizeOf: (_, sizeBytes) => sizeBytes + 1 }), smaller],
      [
        'fails before its manifest',
        withFaults({ beforeWrite: (key) => (isManifest(key) ? throwSorry() : undefined) }),
        sorry,
      ],
      [
        'takes less than everything',
        (to) => ({
          ...to,
          async write(key) {
            await to.write(key, (async function* () {})())
            return { key, sizeBytes: 0 }
          },
        }),
        expect.objectContaining({ code: 'DESTINATION.INCOMPLETE' }),
      ],
    ]
    for (const [name, fault, error] of faults) {
      for (const position of ['first', 'last'] as const) {
        test(`the ${position} ${name}: the other has its backup, and it has nothing`, async () => {
          const folder = await tempFolder()
          const good = open(folder, 'good')
          const bad = fault(open(folder, 'bad'))
          const { result, warnings, events } = await run({ to: position === 'first' ? [bad, good] : [good, bad] })
          await expectSound(good, result.id)
          // What a destination stored before it said otherwise is out of anyone's hands.
          if (name !== 'fails when it has every byte') await expectNothing(folder, 'bad')
          const failed = { ok: false, location: bad.location, error }
          const done = { ok: true, location: result.location, manifest: result.manifest }
          expect(result.destinations).toEqual(position === 'first' ? [failed, done] : [done, failed])
          expect(result.location.startsWith(good.location)).toBe(true)
          expect(warnings).toMatchObject([
            {
              code: 'DESTINATION.DROPPED',
              message: expect.stringContaining(`${bad.location} drops out of the backup: `),
            },
          ])
          expect(events.at(-1)).toMatchObject({ type: 'result', command: 'backup', ok: false })
        })
      }
    }

    test('when all have failed it has failed, and tells of each', async () => {
      const folder = await tempFolder()
      const to = [midway(open(folder, 'a')), withFaults({ beforeWrite: throwSorry })(open(folder, 'b'))]
      await expect(run({ to })).rejects.toMatchObject({
        code: 'DESTINATION.ALL_FAILED',
        meta: { problems: to.map(({ location }) => ({ message: `${location}: INTERNAL: Error: sorry` })) },
      })
      await expectNothing(folder, 'a')
      await expectNothing(folder, 'b')
    })

    for (const point of ['begin', 'first chunk', 'last chunk', 'written'] as const) {
      test(`nothing is left at any when the engine fails at "${point}", or the run is aborted there`, async () => {
        const folder = await tempFolder()
        const to = [open(folder, 'a'), open(folder, 'b')]
        const controller = new AbortController()
        for (const act of [throwSorry, () => controller.abort(sorry)]) {
          const { engine } = engineDouble({ at: (reached) => (reached === point ? act() : undefined) })
          const events: RunEvent[] = []
          const onEvent = (event: RunEvent) => void events.push(event)
          await expect(backup({ engine, to, signal: controller.signal, onEvent })).rejects.toBe(sorry)
          await expectNothing(folder, 'a')
          await expectNothing(folder, 'b')
          expect(events.filter(({ type }) => type === 'warning')).toEqual([])
        }
      })
    }

    test('a run that is aborted once one of them is complete has made that backup', async () => {
      const folder = await tempFolder()
      const controller = new AbortController()
      const first = withFaults({ afterWrite: (key) => (isManifest(key) ? controller.abort(sorry) : undefined) })(
        open(folder, 'a'),
      )
      // Its manifest waits until the other's is there.
      const second: Exporter = {
        ...open(folder, 'b'),
        async write(key, body, options) {
          const { signal } = options ?? {}
          if (isManifest(key) && signal && !signal.aborted)
            await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
          return await open(folder, 'b').write(key, body, options)
        },
      }
      const { result } = await run({ to: [first, second], signal: controller.signal })
      await expectSound(open(folder, 'a'), result.id)
      await expectNothing(folder, 'b')
      expect(result.destinations).toMatchObject([{ ok: true }, { ok: false, error: sorry }])
    })

    test('what listens ends the run when it throws at a destination that drops out', async () => {
      const folder = await tempFolder()
      const heard = new Error('heard')
      const onEvent = (event: RunEvent) => {
        if (event.type === 'warning') throw heard
      }
      await expect(run({ to: [open(folder, 'a'), midway(open(folder, 'b'))], onEvent })).rejects.toBe(heard)
      await expectNothing(folder, 'a')
      await expectNothing(folder, 'b')
    })
  })
}

test('files of different names, and a folder, know the object by their own name', async () => {
  const folder = await tempFolder()
  const to = [file(path.join(folder, 'a.sql.zst')), file(path.join(folder, 'b.sql.zst')), file(path.join(folder, 'c'))]
  const { result } = await run({ to, format: 'plain' })
  for (const [index, name] of ['a.sql.zst', 'b.sql.zst'].entries()) {
    expect(await readFile(path.join(folder, name), 'utf8')).toBe(whole)
    const manifest = JSON.parse(await readFile(path.join(folder, `${name}.json`), 'utf8'))
    expect(manifest.objects).toMatchObject([{ key: name, sizeBytes: 14 }])
    expect(manifest.contents.tables).toMatchObject([{ object: name }, { object: name }])
    expect(result.destinations[index]).toMatchObject({ ok: true, manifest: { objects: [{ key: name }] } })
  }
  expect(await readFile(path.join(folder, 'c', result.id, 'backup.sql.zst'), 'utf8')).toBe(whole)
  expect(await list(to[2] as Exporter)).toMatchObject([{ key: result.id, state: 'complete' }])
})

test('a pipe beside a file gets the same bytes, and no manifest', async () => {
  const folder = await tempFolder()
  const pipe = faulty(file(path.join(folder, 'pipe.sql')), { isPipe: true })
  const { result } = await run({ to: [pipe.exporter, file(path.join(folder, 'a.sql'))] })
  expect(pipe.calls).toEqual(['write pipe.sql'])
  expect(await everythingIn(folder)).toEqual(['a.sql', 'a.sql.json', 'pipe.sql'])
  expect(result.destinations).toMatchObject([
    { ok: true, manifest: undefined },
    { ok: true, manifest: { id: result.id } },
  ])
})

describe('what is refused beforehand is refused for all', () => {
  test('one file that is there: nothing is read, nothing is written elsewhere', async () => {
    const folder = await tempFolder()
    await writeFile(path.join(folder, 'a.sql'), 'before')
    const { engine, requests } = engineDouble()
    const to = ['a', 'b'].map((name) => file(path.join(folder, `${name}.sql`)))
    await expect(backup({ engine, to })).rejects.toMatchObject({ code: 'REFUSED.EXISTS' })
    expect(requests).toEqual([])
    expect(await everythingIn(folder)).toEqual(['a.sql'])
  })

  test('several, told at once', async () => {
    const folder = await tempFolder()
    for (const name of ['a.sql', 'b.sql.json']) await writeFile(path.join(folder, name), 'before')
    const to = ['a', 'b', 'c'].map((name) => file(path.join(folder, `${name}.sql`)))
    const error = await run({ to }).catch((reason) => reason)
    expect(error).toMatchObject({ code: 'REFUSED.DESTINATIONS', meta: { problems: [{}, {}] } })
    for (const name of ['a.sql is already there', 'b.sql.json is already there']) expect(error.message).toContain(name)
    expect(await everythingIn(folder)).toEqual(['a.sql', 'b.sql.json'])
  })
})

test('chunks whose memory is used again when it is handed back arrive whole everywhere', async () => {
  const folder = await tempFolder()
  const chunkBytes = 300 * 1024
  const free: Buffer[] = []
  let allocated = 0
  async function* lending() {
    for (let value = 1; value <= 20; value++) {
      if (free.length === 0) allocated += 1
      const memory = free.pop() ?? Buffer.alloc(chunkBytes)
      // Whoever still needs what was handed back sees other bytes from now on.
      const handBack = () => void free.push(memory.fill(0xff))
      yield Object.assign(memory.fill(value).subarray(), { [Symbol.dispose]: handBack })
    }
  }
  const { engine, contents } = engineDouble()
  const lends: typeof engine = {
    ...engine,
    async backup(_request, sink) {
      await sink.write('backup.sql', lending())
      return { ...contents, tables: [] }
    },
  }
  const to = ['a', 'b'].map((name) => file(path.join(folder, `${name}.sql`)))
  const { sizeBytes } = await backup({ engine: lends, to })
  const expected = Buffer.concat(Array.from({ length: 20 }, (_, index) => Buffer.alloc(chunkBytes, index + 1)))
  expect(sizeBytes).toBe(expected.length)
  for (const name of ['a.sql', 'b.sql']) expect(expected.equals(await readFile(path.join(folder, name)))).toBe(true)
  expect(free).toHaveLength(allocated)
  expect(allocated).toBeLessThan(20)
})
