import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { backup, file, isPgarkError, type Manifest } from '@pgark/core'
import { editManifest, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith, engineFor, tempFolder } from '../snapshot/run-backup.ts'
import { readScript } from '../support/round-trip.ts'
import { fileWith, rejection, streamOf, type Target, targetWith } from './target.ts'

const schema = `
  CREATE TABLE items AS SELECT i AS id, md5(i::text) AS note FROM generate_series(1, 300) i;
  ALTER TABLE items ADD PRIMARY KEY (id);
  CREATE TABLE empty (x int);
  CREATE TABLE more AS SELECT i AS id FROM generate_series(1, 50) i;
  SELECT lo_from_bytea(4711, 'large'), setval('counter', 42) FROM (SELECT 1) one;
  COMMENT ON TABLE items IS 'semicolons; and -- dashes'`

let server: TestServer
let database: string
let target: Target
let folder: string
beforeAll(async () => {
  server = await startServer(16)
  database = await databaseWith(server, `CREATE SEQUENCE counter; ${schema}`)
  target = await targetWith(server)
})
afterAll(() => server.stop())

const endings = ['.sql', '.sql.gz', '.sql.zst']
async function stored(ending: string): Promise<string> {
  folder = await tempFolder()
  const location = path.join(folder, `shop${ending}`)
  await backup({ engine: engineFor(server, database), to: file(location) })
  return location
}
/** Every test ends with the target as it was. */
async function refused(from: string | AsyncIterable<Uint8Array>): Promise<{ code: string; message: string }> {
  const error = await rejection(target.restore(from))
  if (!isPgarkError(error)) throw error
  expect(await target.objects()).toEqual([])
  return error
}

for (const ending of endings) {
  describe(`a file named ${ending}`, () => {
    test('that was cut is never restored by half, with or without its manifest', async () => {
      const whole = await readFile(await stored(ending))
      const manifest = await readFile(path.join(folder, `shop${ending}.json`))
      for (let cut = 0; cut < 20; cut++) {
        const length = Math.floor((whole.length * cut) / 20)
        const location = await fileWith(whole.subarray(0, length), `cut${ending}`)
        const without = await refused(location)
        expect(without.code, `${length} bytes`).toMatch(/^(DAMAGE|ARCHIVE|SCRIPT)\./)
        await writeFile(`${location}.json`, manifest)
        expect((await refused(location)).code).toMatch(/^(DAMAGE|ARCHIVE|SCRIPT)\./)
      }
      // The last bytes alone tell that it is whole.
      for (const missing of [1, 2, 5]) {
        const location = await fileWith(whole.subarray(0, -missing), `cut${ending}`)
        await writeFile(`${location}.json`, manifest)
        expect((await refused(location)).code).toMatch(/^(DAMAGE|ARCHIVE)\./)
      }
    })

    test('with one bit changed is not restored', async () => {
      const location = await stored(ending)
      const whole = await readFile(location)
      for (let step = 1; step < 12; step++) {
        const changed = Buffer.from(whole)
        // The rows begin in the first half; changed digits still make a script that runs.
        const at = Math.floor((whole.length * step) / 12)
        changed[at] = (changed[at] ?? 0) ^ 1
        await writeFile(location, changed)
        const { code } = await refused(location)
        expect(code).toMatch(ending === '.sql' ? /^(DAMAGE\.HASH|RESTORE\.|SCRIPT\.|ARCHIVE\.)/ : /^(DAMAGE|ARCHIVE)\./)
      }
    })
  })
}

test('a changed digit in a row, which any script could have, is found by the hash at the end', async () => {
  const location = await stored('.sql')
  const text = await readFile(location, 'utf8')
  await writeFile(location, text.replace('\n300\t', '\n301\t'))
  expect(await refused(location)).toMatchObject({ code: 'DAMAGE.HASH' })
})

describe('a manifest that tells of other rows', () => {
  const changes: [string, (manifest: Manifest) => unknown, string][] = [
    [
      'more rows',
      (manifest) => withTables(manifest, (table) => ({ ...table, rows: table.rows + 1 })),
      'public.empty has 0 rows, the backup has 1.',
    ],
    [
      'fewer rows of one table',
      (manifest) => withTables(manifest, (table) => (table.name === 'items' ? { ...table, rows: 299 } : table)),
      'public.items has 300 rows, the backup has 299.',
    ],
    [
      'a table more',
      (manifest) => withTables(manifest, (table) => table, { schema: 'public', name: 'other', rows: 0, bytes: 0 }),
      'public.other is missing, the backup has it.',
    ],
    [
      'a table less',
      (manifest) => withTables(manifest, (table) => table, undefined, 1),
      'the backup has no such table',
    ],
  ]
  for (const [name, change, message] of changes) {
    test(`${name}: rolled back`, async () => {
      const location = await stored('.sql')
      await editManifest(`${location}.json`, change)
      const error = await refused(location)
      expect(error).toMatchObject({ code: 'DAMAGE.ROW_COUNT', message: expect.stringContaining(message) })
      const { findings } = await target.restore(location, { dryRun: true })
      expect(findings.length).toBeGreaterThan(0)
      for (const finding of findings) expect(finding).toMatchObject({ severity: 'error', code: 'DAMAGE.ROW_COUNT' })
    })
  }
})

describe('a stock dump, without a manifest', () => {
  let stock: Buffer
  beforeAll(async () => {
    stock = await readFile(new URL('../round-trip/fixture/pg-dump-15.sql', import.meta.url))
    await server.query(await readScript('roles.sql'))
  })

  test('that was cut is never restored by half', async () => {
    for (let cut = 0; cut < 15; cut++) {
      const length = Math.floor((stock.length * cut) / 15)
      const { code } = await refused(streamOf(stock.subarray(0, length)))
      expect(code, `${length} bytes`).toMatch(/^(ARCHIVE|SCRIPT)\./)
    }
    // Nothing but the end of pg_dump's guard is missing.
    for (const missing of [3, 10, 60, 90]) {
      const { code } = await refused(streamOf(stock.subarray(0, -missing)))
      expect(code, `${missing} bytes less`).toBe('ARCHIVE.INCOMPLETE')
    }
  })

  test('with one byte changed is restored, or refused with nothing changed', async () => {
    const outcomes = new Map<string, number>()
    for (let step = 1; step < 13; step++) {
      const at = Math.floor((stock.length * step) / 13)
      for (const change of [0x01, 0x80]) {
        const changed = Buffer.from(stock)
        changed[at] = (changed[at] ?? 0) ^ change
        const into = await targetWith(server)
        const error = await into.restore(streamOf(changed)).then(
          () => undefined,
          (reason: unknown) => reason,
        )
        if (error !== undefined && !isPgarkError(error)) throw error
        const kind = error?.code.split('.')[0] ?? 'restored'
        outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1)
        expect(kind, `byte ${at}`).toMatch(/^(restored|SCRIPT|ARCHIVE|DAMAGE|RESTORE|REFUSED|UNSAFE)$/)
        if (error) expect(await into.objects(), `byte ${at}`).toEqual([])
        await server.query(`DROP DATABASE ${into.database}`)
      }
    }
    // Letters in rows and comments are as good as others; bytes of no encoding are not.
    expect(outcomes.get('DAMAGE')).toBeGreaterThan(3)
    expect(outcomes.get('restored')).toBeGreaterThan(3)
  })
})

test('two dumps in one file are refused', async () => {
  const text = await readFile(await stored('.sql'), 'utf8')
  expect(await refused(streamOf(text + text))).toMatchObject({ code: 'ARCHIVE.TRAILING' })
})

test('what is no dump is refused', async () => {
  expect(await refused(streamOf('SELECT 1;\n'))).toMatchObject({ code: 'ARCHIVE.INCOMPLETE' })
  expect(await refused(streamOf(''))).toMatchObject({ code: 'ARCHIVE.INCOMPLETE' })
})

type Table = { schema: string; name: string; rows: number; bytes: number; object?: string }
const noRows = { digest: '0'.repeat(32), columns: [] }
function withTables(manifest: Manifest, change: (table: Table) => Table, more?: Table, fewer = 0): unknown {
  if (!('contentsVersion' in manifest.contents)) throw new Error('the contents are elsewhere')
  const { tables } = manifest.contents
  const changed = [
    ...tables.slice(0, tables.length - fewer).map(change),
    ...(more ? [{ ...more, ...noRows, object: 'x' }] : []),
  ]
  return { ...manifest, contents: { ...manifest.contents, tables: changed } }
}
