import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { compareDatabases, databaseDigest, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pgark } from './support/run-pgark.ts'

const schema = `
  CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL);
  INSERT INTO customers SELECT n, 'customer ' || n FROM generate_series(1, 500) n;
  CREATE VIEW names AS SELECT name FROM customers;
  SELECT lo_from_bytea(4711, 'large')`
/** Stands in the target before the restore, and must stand there as it was behind it. */
const kept = "CREATE TABLE kept (a int); INSERT INTO kept VALUES (1), (2); SELECT lo_from_bytea(1, 'kept')"

const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../engine-postgres/test/round-trip/${name}`, import.meta.url))

const names = ['shop.sql', 'shop.sql.gz', 'shop.sql.zst', 'shop.dump']

let server: TestServer
let cwd: string
let target: string
let before: string
/** A dump of stock pg_dump 15, without a manifest. */
let stock: Buffer
/** What pgark stored, and the manifest beside it. */
const ours: Record<string, { bytes: Buffer; manifest: Buffer }> = {}

beforeAll(async () => {
  server = await startServer(17, { settings: { autovacuum: 'off' } })
  await server.query(await readFile(fixture('schema/roles.sql'), 'utf8'))
  const url = await server.createDatabase('shop')
  await server.query(schema, 'shop')
  target = await server.createDatabase('target')
  await server.query(kept, 'target')
  stock = await readFile(fixture('fixture/pg-dump-15.sql'))
  const folder = await mkdtemp(path.join(tmpdir(), 'pgark-e2e-'))
  try {
    for (const name of names) {
      expect((await pgark(['backup', url, '--to', path.join(folder, name)])).code).toBe(0)
      const [bytes, manifest] = await Promise.all(
        [name, `${name}.json`].map((file) => readFile(path.join(folder, file))),
      )
      if (bytes && manifest) ours[name] = { bytes, manifest }
    }
  } finally {
    await rm(folder, { recursive: true })
  }
  before = await databaseDigest(server, 'target')
})
beforeEach(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-e2e-'))
  return () => rm(cwd, { recursive: true })
})
afterAll(() => server.stop())

const backup = (name: string) => {
  const found = ours[name]
  if (!found) throw new Error(`There is no backup ${name}`)
  return found
}
const flipped = (bytes: Buffer, at: number) => {
  const changed = Buffer.from(bytes)
  changed[at] = (changed[at] ?? 0) ^ 0x08
  return changed
}
const replaced = (bytes: Buffer, text: string, by: string) => {
  const at = bytes.indexOf(text)
  if (at === -1) throw new Error(`Expected the dump to contain ${text}`)
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(by, 'latin1'), bytes.subarray(at + Buffer.byteLength(text))])
}
const two = (bytes: Buffer) => Buffer.concat([bytes, bytes])
const middle = (bytes: Buffer) => bytes.length >> 1

interface Damage {
  readonly name: string
  readonly file: () => Uint8Array
  /** The manifest of this backup stands beside the file. */
  readonly manifestOf?: string
  readonly code: RegExp | string
  /** Only a server can tell. */
  readonly verifies?: true
}

const withManifest = names.flatMap((name): Damage[] => [
  {
    name: `${name} with its manifest, cut`,
    file: () => backup(name).bytes.subarray(0, middle(backup(name).bytes)),
    manifestOf: name,
    code: /^(DAMAGE\.SIZE|ARCHIVE\.TRUNCATED)$/,
  },
  {
    name: `${name} with its manifest, one byte flipped`,
    file: () => flipped(backup(name).bytes, middle(backup(name).bytes)),
    manifestOf: name,
    code: /^(DAMAGE\.HASH|ARCHIVE\.CORRUPT)$/,
  },
  {
    name: `${name} with its manifest, empty`,
    file: () => Buffer.alloc(0),
    manifestOf: name,
    code: 'DAMAGE.SIZE',
  },
])

const withoutManifest: Damage[] = [
  {
    name: 'a stock dump, cut in rows',
    file: () => stock.subarray(0, stock.indexOf('\\.\n')),
    code: 'SCRIPT.UNTERMINATED',
  },
  {
    name: 'a stock dump, cut between statements',
    file: () => stock.subarray(0, stock.indexOf(';\n', middle(stock)) + 2),
    code: 'ARCHIVE.INCOMPLETE',
  },
  { name: 'a stock dump, its last line cut', file: () => stock.subarray(0, -20), code: 'ARCHIVE.INCOMPLETE' },
  {
    name: 'a stock dump in gzip, cut',
    file: () => gzipSync(stock).subarray(0, -1),
    code: 'ARCHIVE.TRUNCATED',
  },
  { name: 'a stock dump in zstd, cut', file: () => zstdCompressSync(stock).subarray(0, -1), code: 'ARCHIVE.TRUNCATED' },
  {
    name: 'a stock dump in gzip, one byte flipped',
    file: () => flipped(gzipSync(stock), middle(gzipSync(stock))),
    code: 'ARCHIVE.CORRUPT',
  },
  {
    name: 'a stock dump in zstd, one byte flipped in its structure',
    file: () => flipped(zstdCompressSync(stock), 0),
    code: /^(SCRIPT|ARCHIVE)\./,
  },
  {
    name: 'a stock dump, one byte flipped in a keyword',
    file: () => replaced(stock, 'CREATE TABLE', 'CREAPE TABLE'),
    code: 'ARCHIVE.NOT_SQL',
  },
  { name: 'an empty file', file: () => Buffer.alloc(0), code: 'ARCHIVE.INCOMPLETE' },
  { name: 'gzip of nothing', file: () => gzipSync(''), code: 'ARCHIVE.INCOMPLETE' },
  { name: 'prose', file: () => Buffer.from('Dear reader; here is no dump.\n'), code: 'ARCHIVE.NOT_SQL' },
  {
    name: 'JSON',
    file: () => Buffer.from('{ "a": [1, 2], "b": "x;" }\n'),
    code: /^(ARCHIVE\.NOT_SQL|SCRIPT\.UNTERMINATED)$/,
  },
  { name: 'an image', file: () => Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), code: 'SCRIPT.NUL_BYTE' },
  { name: 'SQL that is no dump', file: () => Buffer.from('CREATE TABLE no_dump ();\n'), code: 'ARCHIVE.INCOMPLETE' },
  {
    name: 'a dump converted to UTF-16',
    file: () => Buffer.from(`\uFEFF${stock.toString()}`, 'utf16le'),
    code: 'SCRIPT.NUL_BYTE',
  },
  {
    name: 'a dump converted to Latin-1 that says UTF8',
    file: () => replaced(stock, 'CREATE SCHEMA', "COMMENT ON LANGUAGE plpgsql IS '\u00e9';\nCREATE SCHEMA"),
    code: 'DAMAGE.ENCODING',
    verifies: true,
  },
  { name: 'two dumps', file: () => two(stock), code: 'ARCHIVE.TRAILING' },
  { name: 'two dumps in gzip', file: () => two(gzipSync(stock)), code: 'ARCHIVE.TRAILING' },
  { name: 'two dumps in zstd', file: () => two(zstdCompressSync(stock)), code: 'ARCHIVE.TRAILING' },
  {
    name: 'bytes behind gzip',
    file: () => Buffer.concat([gzipSync(stock), Buffer.alloc(512)]),
    code: 'ARCHIVE.TRAILING',
  },
]

describe('is refused with exit code 3, the target unchanged', () => {
  test.each([...withManifest, ...withoutManifest])('$name', async ({ file, manifestOf, code, verifies }) => {
    const name = manifestOf ?? 'dump.sql'
    await writeFile(path.join(cwd, name), file())
    if (manifestOf) await writeFile(path.join(cwd, `${name}.json`), backup(manifestOf).manifest)
    const run = await pgark(['restore', name, '--to', target], { cwd })
    expect(run).toMatchObject({ code: 3, stdout: '' })
    const [, told = ''] = /^([A-Z]+\.[A-Z_]+): /m.exec(run.stderr) ?? []
    expect(told).toMatch(typeof code === 'string' ? new RegExp(`^${code}$`) : code)
    expect(run.stderr).toMatch(/^hint: /m)
    expect(run.stderr).not.toMatch(/\n\s+at /)
    expect(await databaseDigest(server, 'target')).toBe(before)

    const verified = await pgark(['verify', name], { cwd })
    expect(verified.code).toBe(verifies ? 0 : 3)
  })

  test('and a database that was made for it is gone', async () => {
    await writeFile(path.join(cwd, 'dump.sql'), two(stock))
    const run = await pgark(['restore', 'dump.sql', '--to', server.url('made'), '--create-database'], { cwd })
    expect(run).toMatchObject({ code: 3, stderr: expect.stringContaining('ARCHIVE.TRAILING') })
    expect(await databaseDigest(server, 'target')).toBe(before)
  })
})

test('gzip that is named .zst is told by its bytes, and restored', async () => {
  await server.createDatabase('expected')
  await writeFile(path.join(cwd, 'plain.sql'), stock)
  await writeFile(path.join(cwd, 'wrong.sql.zst'), gzipSync(stock))
  expect((await pgark(['restore', 'plain.sql', '--to', server.url('expected')], { cwd })).code).toBe(0)
  const args = ['restore', 'wrong.sql.zst', '--to', server.url('found'), '--create-database']
  expect((await pgark(args, { cwd })).code).toBe(0)
  const { rows, differences } = await compareDatabases(server, 'expected', 'found')
  expect(differences).toEqual([])
  expect(rows).toBeGreaterThan(5)
})
