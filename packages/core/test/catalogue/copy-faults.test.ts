import { expect, test } from 'vitest'
import { copy, type Exporter, list, type ObjectInfo } from '../../src/index.ts'
import { manifestBytes } from '../../src/manifest/manifest-bytes.ts'
import { bucket } from './bucket.ts'
import { storedBackup } from './stored-backup.ts'

async function places() {
  const here = bucket('test://here')
  const there = bucket('test://there')
  const { id } = await storedBackup(here.exporter)
  const copied = async (to: Exporter = there.exporter, move = false) =>
    (await copy({ from: here.exporter, to, move })).backups[0]
  return { here, there, id, copied }
}
const withMetadata = (bytes: Buffer) => {
  const { checksum: _, ...manifest } = JSON.parse(bytes.toString())
  return Buffer.from(manifestBytes({ ...manifest, metadata: { made: 'anew' } }))
}

test('a manifest that is replaced while its backup is copied does not arrive', async () => {
  const { here, there, id, copied } = await places()
  there.state.faults = {
    before(call, key) {
      if (call === 'write' && key.endsWith('contents.json')) here.damage(`${id}.json`, withMetadata)
    },
  }
  expect(await copied()).toMatchObject({ state: 'failed', problem: { code: 'REFUSED.CHANGED' } })
  expect(await list(there.exporter)).toEqual([])
})

test('a destination that answers another size, or none for what it took', async () => {
  const { there, copied } = await places()
  const answers: Exporter = {
    ...there.exporter,
    write: async (...given) => ({ ...(await there.exporter.write(...given)), sizeBytes: 1 }),
  }
  expect(await copied(answers)).toMatchObject({ state: 'failed', problem: { code: 'DESTINATION.SIZE' } })
  const forgets = (entry: ObjectInfo | { prefix: string }) => 'key' in entry && entry.key.endsWith('backup.dump')
  const listing: Exporter = {
    ...there.exporter,
    async *list(...given) {
      for await (const entry of there.exporter.list(...given)) if (!forgets(entry)) yield entry
    },
  }
  await there.exporter.remove(there.keys())
  expect(await copied(listing)).toMatchObject({
    state: 'failed',
    problem: { code: 'DESTINATION.SIZE', message: expect.stringContaining('has no bytes at its destination') },
  })
  expect(there.keys().filter((key) => !key.includes('/'))).toEqual([])
})

test.each<[string, (there: ReturnType<typeof bucket>, id: string) => void]>([
  ['is replaced', (there, id) => there.damage(`${id}.json`, withMetadata)],
  ['is cut', (there, id) => there.damage(`${id}.json`, (bytes) => bytes.subarray(1))],
  ['loses an object', (there, id) => there.damage(`${id}/backup.dump`, (bytes) => bytes.subarray(1))],
])('a copy that %s before it is verified is not moved', async (_, harm) => {
  const { here, there, id, copied } = await places()
  const before = here.content()
  const harmed: Exporter = {
    ...there.exporter,
    async write(key, ...given) {
      const stored = await there.exporter.write(key, ...given)
      if (key === `${id}.json`) harm(there, id)
      return stored
    },
  }
  expect(await copied(harmed, true)).toMatchObject({ state: 'failed', problem: { code: 'DESTINATION.CHECKSUM' } })
  expect(here.content()).toEqual(before)
})

test('a destination that fails while a copy is verified has failed; nothing is removed here', async () => {
  const { here, there, id, copied } = await places()
  await copied()
  const lost = new Error('read ECONNRESET')
  there.state.faults = {
    before(call, key) {
      if (call === 'read' && key.startsWith(`${id}/backup`)) throw lost
    },
  }
  const before = here.content()
  await expect(copied(there.exporter, true)).rejects.toBe(lost)
  expect(here.content()).toEqual(before)
})

test('chunks that were lent are handed back: by who writes them, or where they are read again', async () => {
  const { here, there, copied } = await places()
  let lent = 0
  const lending = (place: Exporter): Exporter => ({
    ...place,
    async *read(...given) {
      for await (const chunk of place.read(...given)) {
        lent += 1
        const handBack = () => {
          lent -= 1
        }
        yield Object.assign(chunk, { [Symbol.dispose]: handBack })
      }
    },
  })
  const taking: Exporter = {
    ...there.exporter,
    write: (key, body, options) =>
      there.exporter.write(
        key,
        (async function* () {
          for await (const chunk of body as AsyncIterable<Uint8Array & Partial<Disposable>>) {
            yield Buffer.from(chunk)
            chunk[Symbol.dispose]?.()
          }
        })(),
        options,
      ),
  }
  const isObject = (key: string) => key.endsWith('backup.dump')
  const onlyObjects = (place: Exporter): Exporter => ({
    ...place,
    read: (key, options) => (isObject(key) ? lending(place) : place).read(key, options),
  })
  expect((await copy({ from: onlyObjects(here.exporter), to: taking })).ok).toBe(true)
  expect(lent).toBe(0)
  expect(await copied(onlyObjects(there.exporter), true)).toMatchObject({ state: 'moved' })
  expect(lent).toBe(0)
})
