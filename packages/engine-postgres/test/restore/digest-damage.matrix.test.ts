import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { file, type RestoreOptions, restore, type VerifyOptions, verify } from '@pgark/core'
import { editManifest, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { postgres } from '../../src/index.ts'
import { databaseWith, prepare } from '../snapshot/run-backup.ts'

const schema = `
  CREATE TABLE items AS SELECT i AS id, 'note ' || i AS note FROM generate_series(1, 300) i;
  CREATE TABLE others AS SELECT i AS id, 'other ' || i AS note FROM generate_series(1, 300) i;
  CREATE TABLE nothing (x int);
  SELECT lo_from_bytea(4711, 'large object'), lo_create(4712), lo_from_bytea(4713, convert_to(repeat('0123456789', 70000), 'UTF8'))`

let server: TestServer
let source: string
beforeAll(async () => {
  server = await startServer(16)
  source = await databaseWith(server, schema)
})
afterAll(() => server.stop())

/** Everything of a backup that is not compressed, and what it is. */
interface Stored {
  readonly options: Pick<VerifyOptions, 'from' | 'id'>
  /** Replaces bytes by as many others, wherever they are stored, and corrects every hash, as whoever wants to hide it would. */
  tamper(before: string, after: string): Promise<void>
}

async function stored(format: string): Promise<Stored> {
  const { start, location, folder } = await prepare(server, source, { format, compression: { codec: 'none' } })
  const { id } = await start()
  const from = file(location)
  const isSingle = from.objectKey !== undefined
  const manifestPath = isSingle ? `${location}.json` : path.join(folder, `${id}.json`)
  const objects = isSingle
    ? [location]
    : (await readdir(path.join(folder, id))).map((name) => path.join(folder, id, name))
  return {
    options: isSingle ? { from } : { from, id },
    async tamper(before, after) {
      const changed = await Promise.all(objects.map((object) => replaceIn(object, before, after)))
      expect(changed.filter(Boolean)).toHaveLength(1)
      const contents = objects.find((object) => path.basename(object) === 'contents.json')
      const hashes = new Map<string, string>()
      const corrected = (text: string) => [...hashes].reduce((all, [old, now]) => all.replaceAll(old, now), text)
      for (const object of changed.filter((each) => each !== undefined)) hashes.set(object.before, object.after)
      if (contents) {
        const old = sha256(await readFile(contents))
        await writeFile(contents, corrected(await readFile(contents, 'utf8')))
        hashes.set(old, sha256(await readFile(contents)))
      }
      await editManifest(manifestPath, (manifest) => JSON.parse(corrected(JSON.stringify(manifest))))
    },
  }
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function replaceIn(object: string, before: string, after: string) {
  const bytes = await readFile(object)
  const at = bytes.indexOf(before)
  if (at === -1) return undefined
  expect(after.length).toBe(before.length)
  const changed = Buffer.from(bytes)
  changed.write(after, at)
  await writeFile(object, changed)
  return { before: sha256(bytes), after: sha256(changed) }
}

const check = async ({ options }: Stored) => {
  const { ok, findings } = await verify({ engine: postgres({}), ...options })
  return { ok, findings: findings.map(({ code, message }) => `${code}: ${message}`) }
}
const another = (what: string) =>
  `DAMAGE.DIGEST: ${what} are not those that were backed up: their digest is another one.`

for (const format of ['plain', 'custom', 'directory']) {
  describe(`${format}, changed along with every hash`, () => {
    test('as it was', async () => {
      expect(await check(await stored(format))).toEqual({ ok: true, findings: [] })
    })
    test('one byte of a row: the table is named', async () => {
      const backup = await stored(format)
      await backup.tamper('17\tnote 17\n', '17\tnote 18\n')
      expect(await check(backup)).toEqual({ ok: false, findings: [another('The rows of public.items')] })
    })
    test('values swapped between rows', async () => {
      const backup = await stored(format)
      await backup.tamper('11\tother 11\n12\tother 12\n', '11\tother 12\n12\tother 11\n')
      expect(await check(backup)).toEqual({ ok: false, findings: [another('The rows of public.others')] })
    })
    test('one row twice and another lost', async () => {
      const backup = await stored(format)
      await backup.tamper('11\tother 11\n12\tother 12\n', '11\tother 11\n11\tother 11\n')
      expect(await check(backup)).toEqual({ ok: false, findings: [another('The rows of public.others')] })
    })
    test('one byte of a large object', async () => {
      const backup = await stored(format)
      const hex = (text: string) => Buffer.from(text).toString('hex')
      const [before, after] = ['large object', 'large abject']
      await backup.tamper(...(format === 'plain' ? ([hex(before), hex(after)] as const) : ([before, after] as const)))
      expect(await check(backup)).toEqual({ ok: false, findings: [another('The large objects')] })
    })
  })
}

describe('restored all the same, since every hash is right', () => {
  const restored = async ({ options }: Stored, more: Partial<RestoreOptions> = {}) => {
    const database = await databaseWith(server, 'SELECT 1')
    const result = await restore({ engine: postgres(server.url(database)), ...options, ...more }).catch(
      (error) => error,
    )
    const { rows } = await server.query("SELECT to_regclass('public.items') IS NOT NULL AS exists", database)
    return { result, exists: rows[0].exists }
  }
  test('a plain file: what was stored is read back before it is committed, and rolled back', async () => {
    const backup = await stored('plain')
    await backup.tamper('17\tnote 17\n', '17\tnote 18\n')
    const { result, exists } = await restored(backup)
    expect(result).toMatchObject({
      code: 'DAMAGE.DIGEST',
      message: 'public.items has 300 rows as the backup has, but not the same ones.\nEverything was rolled back.',
    })
    expect(exists).toBe(false)
  })
  test.each(['custom', 'directory'])('%s: what was stored is read back, and the difference told', async (format) => {
    const backup = await stored(format)
    await backup.tamper('17\tnote 17\n', '17\tnote 18\n')
    const { result, exists } = await restored(backup)
    expect(result.findings).toEqual([
      {
        severity: 'error',
        code: 'COMPARE.DIGEST',
        message: 'public.items has 300 rows as the backup has, but not the same ones.',
      },
    ])
    expect(exists).toBe(true)
    expect((await restored(backup, { verify: false })).result.findings).toEqual([])
  })
  test.each(['plain', 'custom', 'directory'])('%s: a large object', async (format) => {
    const backup = await stored(format)
    const hex = (text: string) => Buffer.from(text).toString('hex')
    const [before, after] = ['large object', 'large abject']
    await backup.tamper(...(format === 'plain' ? ([hex(before), hex(after)] as const) : ([before, after] as const)))
    const { result } = await restored(backup, { singleTransaction: true })
    expect(result).toMatchObject({ code: 'DAMAGE.DIGEST' })
    expect(result.message).toContain('The database has 3 large objects as the backup has, but not the same ones.')
  })
})

test('a plain file whose large object has another id', async () => {
  const backup = await stored('plain')
  await backup.tamper("lo_put('4711'", "lo_put('4712'")
  expect(await check(backup)).toEqual({ ok: false, findings: [another('The large objects')] })
})
