import { link, mkdir, readFile, symlink } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { type CopyOptions, copy, type Exporter, file, PgarkError, type RunEvent } from '../../src/index.ts'
import { everythingIn, tempFolder } from '../file/temp-folder.ts'
import { bucket } from './bucket.ts'
import { storedBackup } from './stored-backup.ts'

const names = ['toc.dat', '1.dat.zst']

/** The same place as it is reached in another way, of which nothing but its objects tells. */
const otherName = ({ identity: _, ...place }: Exporter, location = 'test://elsewhere'): Exporter => ({
  ...place,
  location,
})
const move = (from: Exporter, to: Exporter, options: Partial<CopyOptions> = {}) =>
  copy({ from, to, move: true, ...options })

/** Files with a backup of two objects, and one in a file of its own. */
async function folders() {
  const parent = await tempFolder()
  const [here, there] = [path.join(parent, 'here'), path.join(parent, 'there')]
  const { id } = await storedBackup(file(here), { names })
  const one = await storedBackup(file(there), {})
  const single = path.join(here, 'x.dump')
  await copy({ from: file(there), id: one.id, to: file(single), move: true })
  const before = await contentOf(parent)
  return { parent, here, there, id, single, unchanged: async () => expect(await contentOf(parent)).toEqual(before) }
}
async function contentOf(folder: string): Promise<string[]> {
  const found = await everythingIn(folder)
  const read = (name: string) => readFile(path.join(folder, name), 'hex').catch(() => 'folder')
  return await Promise.all(
    found.filter((name) => !/link/.test(name)).map(async (name) => `${name} ${await read(name)}`),
  )
}

describe('what a place is called tells that it is the same', () => {
  test('a folder by a symbolic link', async () => {
    const { here, parent, unchanged } = await folders()
    await symlink(here, path.join(parent, 'link'))
    await expect(move(file(here), file(path.join(parent, 'link')))).rejects.toMatchObject({
      code: 'USAGE.OPTIONS',
      message: expect.stringContaining('is where the backups are already'),
    })
    await unchanged()
  })

  test('a file, and the folder in which it lies', async () => {
    const { here, single, unchanged } = await folders()
    for (const isMove of [true, false]) {
      await expect(move(file(single), file(here), { move: isMove })).rejects.toMatchObject({
        code: 'USAGE.OPTIONS',
        message: `${single} lies in ${here} already.`,
      })
    }
    await unchanged()
  })

  test('a place within the folder of a backup', async () => {
    const { here, id, unchanged } = await folders()
    for (const within of [id, `${id}/deeper`]) {
      await expect(move(file(here), file(path.join(here, within)))).rejects.toMatchObject({
        code: 'USAGE.OPTIONS',
        message: expect.stringContaining(`lies within the backup ${id}.`),
      })
    }
    await unchanged()
    expect(await copy({ from: file(here), to: file(path.join(here, 'archive')) })).toMatchObject({ ok: true })
  })
})

describe('where it does not, a look at both does', () => {
  test.each<[string, (single: string, here: string) => [from: Exporter, to: Exporter]]>([
    ['a folder that is mounted twice', (_, here) => [file(here), otherName(file(here))]],
    ['a file and its folder', (single, here) => [file(single), otherName(file(here))]],
    ['a file under another name in its folder', (single, here) => [file(single), file(path.join(here, 'y.dump'))]],
  ])('%s: nothing is removed, and nothing left', async (_, of) => {
    const { here, single, unchanged } = await folders()
    const [from, to] = of(single, here)
    await expect(move(from, to)).rejects.toMatchObject({ code: 'REFUSED.SAME_PLACE' })
    await unchanged()
  })

  test('a bucket by two addresses', async () => {
    const { exporter, content } = bucket()
    await storedBackup(exporter, { names })
    const before = content()
    await expect(move(exporter, otherName(exporter))).rejects.toMatchObject({ code: 'REFUSED.SAME_PLACE' })
    expect(content()).toEqual(before)
  })

  test('of a place from which nothing can be removed the object stays, which is told', async () => {
    const { exporter, keys } = bucket()
    await storedBackup(exporter)
    const events: RunEvent[] = []
    const denied = new PgarkError('DESTINATION.DENIED', 'It is not allowed.')
    const to = { ...otherName(exporter), remove: () => Promise.reject(denied) }
    const moved = move(exporter, to, { onEvent: (event) => events.push(event) })
    await expect(moved).rejects.toMatchObject({ code: 'REFUSED.SAME_PLACE' })
    expect(events).toMatchObject([
      { type: 'warning', code: 'COPY.PROBE', message: expect.stringContaining('stays at') },
    ])
    expect(keys().filter((key) => key.startsWith('pgark-probe-'))).toHaveLength(1)
    const bug = new TypeError('no function')
    await expect(move(exporter, { ...to, remove: () => Promise.reject(bug) })).rejects.toBe(bug)
  })

  test('nothing is written where what lies there shows that it is another place', async () => {
    const [here, there] = [bucket('test://here'), bucket('test://there')]
    const { id } = await storedBackup(here.exporter)
    expect(await move(here.exporter, there.exporter)).toMatchObject({ backups: [{ id, state: 'moved' }] })
    expect(there.calls.filter((call) => call.includes('pgark-probe'))).toEqual([])
  })
})

describe('a copy among what would be removed', () => {
  test('in a place within the backup, by another name', async () => {
    const { exporter, keys } = bucket()
    const { id } = await storedBackup(exporter, { names })
    const before = keys()
    const within = (key: string) => `${id}/${key}`
    const inside: Exporter = {
      ...otherName(exporter),
      write: async (key, ...given) => ({ ...(await exporter.write(within(key), ...given)), key }),
      read: (key, ...given) => exporter.read(within(key), ...given),
      stat: (key, ...given) => exporter.stat(within(key), ...given),
      async *list(prefix, ...given) {
        for await (const entry of exporter.list(within(prefix), ...given)) {
          if ('key' in entry) yield { ...entry, key: entry.key.slice(within('').length) }
          else yield { prefix: entry.prefix.slice(within('').length) }
        }
      },
    }
    expect(await move(exporter, inside)).toMatchObject({ backups: [{ problem: { code: 'REFUSED.SAME_PLACE' } }] })
    expect(keys()).toEqual(expect.arrayContaining(before))
  })

  test.each([
    ['symbolic links', symlink],
    ['hard links', link],
  ])('files that are the same by %s', async (_, make) => {
    const { single, there, unchanged } = await folders()
    await mkdir(there, { recursive: true })
    const other = path.join(there, 'link.dump')
    for (const ending of ['', '.json']) await make(single + ending, other + ending)
    expect(await move(file(single), otherName(file(other)))).toMatchObject({
      ok: false,
      backups: [{ state: 'failed', problem: { code: 'REFUSED.SAME_PLACE', message: /are one file/ } }],
    })
    await unchanged()
  })
})

/** Two places, of which the second does something when the manifest at the first goes. */
async function entangled(act: (there: ReturnType<typeof bucket>, key: string) => void) {
  const [here, there] = [bucket('test://here'), bucket('test://there')]
  const { id } = await storedBackup(here.exporter, { names })
  const before = here.keys()
  const from: Exporter = {
    ...here.exporter,
    async remove(keys, options) {
      await here.exporter.remove(keys, options)
      if (keys.includes(`${id}.json`)) act(there, `${id}.json`)
    },
  }
  return { here, there, id, from, before, manifest: () => here.content().find((line) => line.startsWith(`${id}.json`)) }
}

describe('should the copy go with the manifest here all the same', () => {
  test('that is put back, and nothing else goes', async () => {
    const { here, there, from, before, manifest } = await entangled((at, key) => void at.exporter.remove([key]))
    const was = manifest()
    expect(await move(from, there.exporter)).toMatchObject({
      backups: [{ state: 'failed', problem: { code: 'REFUSED.SAME_PLACE' } }],
    })
    expect(here.keys()).toEqual(before)
    expect(manifest()).toBe(was)
  })

  test('or cannot be asked for', async () => {
    const gone = new PgarkError('DESTINATION.UNAVAILABLE', 'Nobody answers.')
    const { here, there, from, before } = await entangled((at) => {
      at.state.faults = {
        before() {
          throw gone
        },
      }
    })
    expect(await move(from, there.exporter)).toMatchObject({
      ok: false,
      backups: [{ state: 'unremoved', sizeBytes: 100, sentBytes: 40, problem: { message: 'Nobody answers.' } }],
    })
    expect(here.keys()).toEqual(before)
  })

  test('what cannot be put back is told, and the objects stay', async () => {
    const { here, there, id, from, before } = await entangled((at, key) => void at.exporter.remove([key]))
    const readOnly: Exporter = { ...from, write: () => Promise.reject(new Error('read-only')) }
    expect(await move(readOnly, there.exporter)).toMatchObject({
      backups: [{ state: 'unremoved', problem: { code: 'DESTINATION.NO_MANIFEST', message: /could not be put back/ } }],
    })
    expect(here.keys()).toEqual(before.filter((key) => key !== `${id}.json`))
  })
})

test('what could not be removed here is told as there, and not as failed', async () => {
  const [here, there] = [bucket('test://here'), bucket('test://there')]
  const { id } = await storedBackup(here.exporter, { names })
  here.state.faults = {
    before(call) {
      if (call === 'remove') throw new PgarkError('DESTINATION.DENIED', 'It is not allowed.')
    },
  }
  expect(await move(here.exporter, there.exporter)).toMatchObject({
    ok: false,
    backups: [{ id, state: 'unremoved', sizeBytes: 100, sentBytes: 40, problem: { code: 'DESTINATION.DENIED' } }],
  })
  here.state.faults = {}
  expect(await move(here.exporter, there.exporter)).toMatchObject({ ok: true, backups: [{ state: 'moved' }] })
})
