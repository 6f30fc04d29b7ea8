import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  backup,
  type CopyOptions,
  copy,
  type Exporter,
  file,
  list,
  PgarkError,
  proofs,
  type RunEvent,
  restore,
  verify,
} from '../../src/index.ts'
import { everythingIn, tempFolder } from '../file/temp-folder.ts'
import { editManifest } from '../manifest/edit-manifest.ts'
import { engineDouble } from '../runs/engine-double.ts'
import { bucket } from './bucket.ts'
import { storedBackup, storedProof } from './stored-backup.ts'

const directory = ['toc.dat', '1.dat.zst', '2.dat.zst', '3.dat.zst']
const day = (n: number) => `2026-03-${String(n).padStart(2, '0')}T00:00:00Z`

/** Two places far from each other, the first with a backup of one object and one of many. */
async function places() {
  const here = bucket('test://here')
  const there = bucket('test://there')
  const one = await storedBackup(here.exporter, { time: day(1) })
  const many = await storedBackup(here.exporter, { time: day(2), names: directory })
  const copied = (options: Partial<CopyOptions> = {}) => copy({ from: here.exporter, to: there.exporter, ...options })
  const states = async (options: Partial<CopyOptions> = {}) =>
    (await copied(options)).backups.map(({ id, state }) => `${id} ${state}`)
  return { here, there, one, many, copied, states }
}
/** Keys and hashes, without times. */
const bytesOf = ({ content }: { content(): string[] }) => content().map((line) => line.split(' ').slice(0, 2).join(' '))
const flip = (bytes: Buffer) => Buffer.from([...bytes.subarray(0, -1), (bytes.at(-1) ?? 0) ^ 1])

describe('what is missing there', () => {
  test('is copied byte for byte, oldest first, each manifest last', async () => {
    const { here, there, one, many, copied } = await places()
    await storedProof(here.exporter, many)
    expect(await copied()).toEqual({
      ok: true,
      backups: [
        { id: one.id, state: 'copied', sizeBytes: 100, sentBytes: expect.any(Number) },
        { id: many.id, state: 'copied', sizeBytes: 100, sentBytes: expect.any(Number) },
      ],
    })
    expect(bytesOf(there)).toEqual(bytesOf(here))
    const writes = there.calls.filter((call) => call.startsWith('write'))
    expect(writes.filter((call) => call.includes(one.id)).at(-1)).toBe(`write ${one.id}.json`)
    expect(writes.at(-1)).toBe(`write ${many.id}.json`)
    expect(writes.indexOf(`write ${one.id}.json`)).toBeLessThan(writes.findIndex((call) => call.includes(many.id)))
    expect((await list(there.exporter)).map(({ state }) => state)).toEqual(['complete', 'complete'])
    expect(await proofs(there.exporter, { id: many.id })).toMatchObject([{ ok: true }])
  })

  test('is copied once: the second time nothing is written, but a proof that is new', async () => {
    const { here, there, many, copied, states } = await places()
    await copied()
    const before = there.content()
    expect(await states()).toEqual([expect.stringMatching(/ same$/), expect.stringMatching(/ same$/)])
    expect(there.content()).toEqual(before)
    const proof = await storedProof(here.exporter, many)
    expect(await states()).toEqual([expect.stringMatching(/ same$/), expect.stringMatching(/ same$/)])
    expect(there.keys()).toContain(proof)
  })

  test('or one of them, by its id', async () => {
    const { there, one, many, states } = await places()
    expect(await states({ id: many.id })).toEqual([`${many.id} copied`])
    expect(there.keys().join()).not.toContain(one.id)
    await expect(states({ id: 'nothing' })).rejects.toMatchObject({ code: 'DESTINATION.NOT_FOUND' })
  })

  test('what lies there of no backup, and among the objects of one without belonging to it, stays where it is', async () => {
    const { here, there, one, copied } = await places()
    for (const key of ['notes.txt', 'photos/1.jpg', `${one.id}/stray`]) {
      await here.exporter.write(key, here.exporter.read(`${one.id}.json`))
    }
    await copied()
    expect(there.keys().filter((key) => /notes|photos|stray/.test(key))).toEqual([])
  })

  test('progress and the result are told', async () => {
    const { copied, one } = await places()
    const events: RunEvent[] = []
    await copied({ id: one.id, onEvent: (event) => events.push(event) })
    expect(events.map((event) => (event.type === 'backup' ? `${event.state} ${event.bytes}` : event.type))).toEqual([
      ...['phase', 'copying 0', 'copied 20', 'result'],
    ])
  })
})

describe('--dry-run is the status', () => {
  test('pending, same, only there, differing, damaged; nothing is written', async () => {
    const { here, there, one, many, states } = await places()
    await copy({ from: here.exporter, to: there.exporter, id: one.id })
    const elsewhere = await storedBackup(there.exporter, { time: day(9) })
    const damaged = await storedBackup(here.exporter, { time: day(3) })
    here.damage(`${damaged.id}/backup.dump`, (bytes) => bytes.subarray(1))
    const differing = await storedBackup(here.exporter, { time: day(4) })
    await storedBackup(there.exporter, { time: day(4), id: differing.id, metadata: { other: 'yes' } })
    const before = there.content()
    expect(await states({ dryRun: true })).toEqual([
      `${one.id} same`,
      `${many.id} pending`,
      `${damaged.id} damaged`,
      `${differing.id} differing`,
      `${elsewhere.id} there`,
    ])
    expect(there.content()).toEqual(before)
  })
})

describe('an interrupted copy goes on', () => {
  test('objects that arrived are read there and not sent again', async () => {
    const { here, there, many, copied, states } = await places()
    const lost = new PgarkError('DESTINATION.UNAVAILABLE', 'The connection was lost.', { retryable: true })
    there.state.faults = {
      before(call, key) {
        if (call === 'write' && key.endsWith('3.dat.zst')) throw lost
      },
    }
    const failed = await copied({ id: many.id })
    expect(failed).toMatchObject({
      ok: false,
      backups: [{ state: 'failed', problem: { code: 'DESTINATION.UNAVAILABLE', message: 'The connection was lost.' } }],
    })
    expect(there.keys()).not.toContain(`${many.id}.json`)
    expect(await list(there.exporter)).toEqual([])
    expect(await states({ dryRun: true })).toContain(`${many.id} pending`)

    there.state.faults = {}
    const before = there.calls.length
    const [result] = (await copied({ id: many.id })).backups
    expect(result).toMatchObject({ state: 'copied', sentBytes: 20 })
    const more = there.calls.slice(before)
    expect(more).toContain(`read ${many.id}/1.dat.zst`)
    expect(more.filter((call) => call.startsWith('write'))).toEqual([
      `write ${many.id}/3.dat.zst`,
      `write ${many.id}.json`,
    ])
    expect(bytesOf(there)).toEqual(bytesOf(here).filter((line) => line.startsWith(many.id)))
  })

  test.each([
    ['other bytes of the same size', flip],
    ['another size', (bytes: Buffer) => bytes.subarray(1)],
  ])('what lies there with %s is sent again', async (_, harm) => {
    const { here, there, many, copied } = await places()
    await copied({ id: many.id })
    await there.exporter.remove([`${many.id}.json`])
    there.damage(`${many.id}/1.dat.zst`, harm)
    expect((await copied({ id: many.id })).backups).toMatchObject([{ state: 'copied', sentBytes: 20 }])
    expect(bytesOf(there)).toEqual(bytesOf(here).filter((line) => line.startsWith(many.id)))
  })

  test('a copy that has lost an object is completed', async () => {
    const { here, there, many, copied, states } = await places()
    await copied({ id: many.id })
    await there.exporter.remove([`${many.id}/1.dat.zst`])
    expect(await states({ id: many.id, dryRun: true })).toEqual([`${many.id} pending`])
    expect(await states({ id: many.id })).toEqual([`${many.id} copied`])
    expect(bytesOf(there)).toEqual(bytesOf(here).filter((line) => line.startsWith(many.id)))
  })

  test('the signal ends it, with its reason', async () => {
    const { copied } = await places()
    const reason = new PgarkError('INTERRUPTED.SIGINT', 'Ended.')
    await expect(copied({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })
})

describe('what is not right is told, not copied', () => {
  test('damage that only the hash finds: the backup has no manifest there, the others are copied', async () => {
    const { here, there, one, many, copied } = await places()
    here.damage(`${one.id}/backup.dump`, flip)
    expect(await copied()).toMatchObject({
      ok: false,
      backups: [
        { id: one.id, state: 'damaged', problem: { code: 'DAMAGE.HASH' } },
        { id: many.id, state: 'copied' },
      ],
    })
    expect((await list(there.exporter)).map(({ key }) => key)).toEqual([many.id])
    expect(there.keys()).not.toContain(`${one.id}/backup.dump`)
  })

  test('a manifest that cannot be read, here or there', async () => {
    const { here, there, one, many, copied, states } = await places()
    here.damage(`${one.id}.json`, (bytes) => bytes.subarray(1))
    expect(await states()).toEqual([`${one.id} damaged`, `${many.id} copied`])
    there.damage(`${many.id}.json`, (bytes) => bytes.subarray(1))
    const before = there.content()
    expect((await copied()).backups).toMatchObject([
      { id: one.id },
      { id: many.id, state: 'differing', problem: { code: 'REFUSED.DIFFERENT' } },
    ])
    expect(there.content()).toEqual(before)
  })

  test('another backup of the same id is left as it is, also by --move', async () => {
    const { here, there, one, states } = await places()
    await storedBackup(there.exporter, { id: one.id, metadata: { other: 'yes' } })
    const before = [here.content(), there.content()]
    expect(await states({ id: one.id, move: true })).toEqual([`${one.id} differing`])
    expect([here.content(), there.content()]).toEqual(before)
  })

  test('a destination that keeps less than it says', async () => {
    const { there, one, copied } = await places()
    there.state.faults = { stores: (key, bytes) => (key.endsWith('backup.dump') ? bytes.subarray(1) : bytes) }
    expect((await copied({ id: one.id })).backups).toMatchObject([
      { state: 'failed', problem: { code: 'DESTINATION.SIZE' } },
    ])
    expect(await list(there.exporter)).toEqual([])
  })

  test('what is no error of pgark ends the run', async () => {
    const { there, copied } = await places()
    const bug = new TypeError('undefined is not a function')
    there.state.faults = {
      before(call) {
        if (call === 'write') throw bug
      },
    }
    await expect(copied()).rejects.toBe(bug)
  })
})

describe('--move', () => {
  test('removes here what was read back there, manifest first', async () => {
    const { here, there, one, many, states } = await places()
    const before = bytesOf(here)
    expect(await states({ move: true })).toEqual([`${one.id} moved`, `${many.id} moved`])
    expect(bytesOf(there)).toEqual(before)
    expect(here.keys()).toEqual([])
    for (const key of [...directory, 'contents.json']) expect(there.calls).toContain(`read ${many.id}/${key}`)
    expect(here.calls.filter((call) => call.startsWith('remove'))[0]).toBe(`remove ${one.id}.json`)
  })

  test('also what had been copied before', async () => {
    const { here, one, many, copied, states } = await places()
    await copied()
    expect(await states({ move: true })).toEqual([`${one.id} moved`, `${many.id} moved`])
    expect(here.keys()).toEqual([])
  })

  test('keeps here what differs there in a single bit', async () => {
    const { here, there, one, states, copied } = await places()
    there.state.faults = { stores: (key, bytes) => (key.endsWith('backup.dump') ? flip(bytes) : bytes) }
    const before = here.content()
    expect((await copied({ move: true, id: one.id })).backups).toMatchObject([
      {
        state: 'failed',
        problem: { code: 'DESTINATION.CHECKSUM', hint: expect.stringContaining('nothing was removed') },
      },
    ])
    expect(here.content()).toEqual(before)
    there.state.faults = {}
    expect(await states({ move: true, id: one.id })).toEqual([`${one.id} failed`])
    expect(here.content()).toEqual(before)
  })

  test('keeps everything in a dry run', async () => {
    const { here, states } = await places()
    const before = here.content()
    await states({ move: true, dryRun: true })
    expect(here.content()).toEqual(before)
  })
})

/** A backup by `backup()` in a file of its own. */
async function single(name = 'shop.sql.zst') {
  const folder = await tempFolder()
  const from = file(path.join(folder, name))
  const { engine, contents } = engineDouble()
  const { id } = await backup({ engine, to: from })
  return { folder, from, id, engine, contents }
}
const isWhole = async (from: Exporter, id?: string) => {
  const { engine } = engineDouble()
  const { ok, manifest } = await verify({ engine, from, proof: false, ...(id !== undefined && { id }) })
  const restored = await restore({ engine, from, proof: false, ...(id !== undefined && { id }) })
  return ok && manifest !== undefined && restored.statements === 7
}

describe('files and folders', () => {
  test('a file into a bucket, where it has its id, and into a file again', async () => {
    const { from, id, folder } = await single()
    const { exporter, keys } = bucket()
    expect(await copy({ from, to: exporter })).toMatchObject({ backups: [{ id, state: 'copied' }] })
    expect(keys()).toEqual([`${id}.json`, `${id}/shop.sql.zst`])
    expect(await isWhole(exporter, id)).toBe(true)
    expect(await copy({ from, to: exporter })).toMatchObject({ backups: [{ state: 'same' }] })

    const back = file(path.join(folder, 'again.sql.zst'))
    expect(await copy({ from: exporter, to: back, id })).toMatchObject({ backups: [{ state: 'copied' }] })
    expect(await readFile(back.location)).toEqual(await readFile(from.location))
    expect(await isWhole(back)).toBe(true)
    expect(await copy({ from: exporter, to: back, id })).toMatchObject({ backups: [{ state: 'same' }] })
  })

  test('a backup of one object out of a folder, where its contents are an object of their own, and back', async () => {
    const folder = await tempFolder()
    const from = file(folder)
    const { id } = await backup({ engine: engineDouble().engine, to: from })
    const to = file(path.join(await tempFolder(), 'out.sql.zst'))
    expect(await copy({ from, to, id })).toMatchObject({ backups: [{ state: 'copied' }] })
    expect(await isWhole(to)).toBe(true)
    const again = await tempFolder()
    await copy({ from: to, to: file(again) })
    expect(await isWhole(file(again), id)).toBe(true)
    expect((await everythingIn(again)).filter((name) => name.includes('/'))).toEqual([`${id}/backup.sql.zst`])
    expect(await copy({ from, to: file(again) })).toMatchObject({ backups: [{ state: 'same' }] })
  })

  test('a file into a file keeps manifest and proofs', async () => {
    const { from, engine } = await single()
    await verify({ engine, from })
    const folder = await tempFolder()
    const to = file(path.join(folder, 'other.sql.zst'))
    expect(await copy({ from, to, move: true })).toMatchObject({ backups: [{ state: 'moved' }] })
    expect(await readdir(folder)).toHaveLength(3)
    expect(await proofs(to)).toMatchObject([{ ok: true }])
    expect(await readdir(path.dirname(from.location))).toEqual([])
  })

  test('a file that is there with other bytes stays, and so does another backup', async () => {
    const { from } = await single()
    const folder = await tempFolder()
    const taken = path.join(folder, 'other.sql.zst')
    await writeFile(taken, 'mine')
    expect(await copy({ from, to: file(taken) })).toMatchObject({
      backups: [{ state: 'failed', problem: { code: 'REFUSED.EXISTS' } }],
    })
    expect(await readFile(taken, 'utf8')).toBe('mine')
    const { from: another } = await single()
    expect(await copy({ from, to: another })).toMatchObject({
      backups: [{ state: 'differing', problem: { code: 'REFUSED.DIFFERENT' } }],
    })
  })

  test('a file whose copy was interrupted before its manifest gets that', async () => {
    const { from } = await single()
    const to = path.join(await tempFolder(), 'other.sql.zst')
    await writeFile(to, await readFile(from.location))
    expect(await copy({ from, to: file(to) })).toMatchObject({ backups: [{ state: 'copied', sentBytes: 0 }] })
    expect(await isWhole(file(to))).toBe(true)
  })

  test('single files in a folder are copied with the rest', async () => {
    const { folder, id } = await single()
    const { id: other } = await backup({ engine: engineDouble().engine, to: file(folder) })
    const { exporter, keys } = bucket()
    expect(await copy({ from: file(folder), to: exporter })).toMatchObject({ ok: true, backups: [{}, {}] })
    expect(
      keys()
        .filter((key) => !key.includes('/'))
        .sort(),
    ).toEqual([`${id}.json`, `${other}.json`].sort())
    expect(await isWhole(exporter, id)).toBe(true)
    expect(await copy({ from: file(folder), to: exporter, id: 'shop.sql.zst' })).toMatchObject({
      backups: [{ id, state: 'same' }],
    })
  })

  test.each([
    ['a directory', { names: directory }, 'out.dump', /of many objects/],
    ['a custom archive', {}, 'out.sql', /in the format custom/],
  ])('%s does not go into a file named otherwise', async (_, options, name, message) => {
    const { exporter } = bucket()
    const { id } = await storedBackup(exporter, options)
    const folder = await tempFolder()
    expect(await copy({ from: exporter, id, to: file(path.join(folder, name)) })).toMatchObject({
      ok: false,
      backups: [{ state: 'failed', problem: { code: 'REFUSED.FORMAT', message: expect.stringMatching(message) } }],
    })
    expect(await readdir(folder)).toEqual([])
  })

  test('what another tool made has nothing to be checked by', async () => {
    const folder = await tempFolder()
    await writeFile(path.join(folder, 'x.sql'), 'SELECT 1;\n')
    await expect(copy({ from: file(path.join(folder, 'x.sql')), to: bucket().exporter })).rejects.toMatchObject({
      code: 'DESTINATION.NO_MANIFEST',
    })
    await expect(copy({ from: file(path.join(folder, 'y.sql')), to: bucket().exporter })).rejects.toMatchObject({
      code: 'DESTINATION.NOT_FOUND',
    })
  })

  test('a manifest that points elsewhere leads nowhere', async () => {
    const folder = await tempFolder()
    const { id } = await storedBackup(file(folder))
    await editManifest(path.join(folder, `${id}.json`), {
      objects: [{ key: '../../etc/passwd', sizeBytes: 1, sha256: 'ab'.repeat(32) }],
    })
    expect(await copy({ from: file(folder), to: bucket().exporter })).toMatchObject({
      backups: [{ state: 'damaged', problem: { code: 'USAGE.KEY' } }],
    })
  })

  test('a copy that is damaged where it would not be copied to is told', async () => {
    const { folder, id } = await single()
    const { exporter } = bucket()
    await copy({ from: file(folder), to: exporter })
    await appendFile(path.join(folder, 'shop.sql.zst'), 'x')
    expect(await copy({ from: exporter, to: file(folder) })).toMatchObject({
      backups: [{ id, state: 'differing', problem: { code: 'DAMAGE.SIZE' } }],
    })
  })
})

describe('what is wrong with a call', () => {
  const refusal = (options: object) =>
    copy(options as CopyOptions).then(
      () => [],
      (error) => error.message.split('\n'),
    )
  test('all problems at once', async () => {
    expect(await refusal({ from: 'a', to: 'b', id: '', move: 1, dryRun: 'no', force: true })).toHaveLength(6)
    const { exporter } = bucket()
    const pipe = { ...exporter, capabilities: { ...exporter.capabilities, read: false, remove: false } }
    expect(await refusal({ from: pipe, to: pipe, move: true })).toEqual([
      'Nothing can be removed from test://bucket.',
      'Nothing can be read back from test://bucket.',
      'Nothing can be read back from test://bucket.',
      'test://bucket is where the backups are already.',
    ])
    expect(await refusal({ from: exporter, to: file('/nowhere/x.dump') })).toEqual([
      '/nowhere/x.dump is one file: which backup?',
    ])
  })
})
