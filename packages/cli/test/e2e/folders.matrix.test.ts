import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { compareDatabases, databaseDigest, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pgark } from './support/run-pgark.ts'

const schema = `
  CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL);
  CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers, note text);
  INSERT INTO customers SELECT n, 'customer ' || n FROM generate_series(1, 1000) n;
  INSERT INTO orders SELECT n, 1 + n % 1000, repeat('x', 200) FROM generate_series(1, 20000) n;
  SELECT lo_from_bytea(4711, 'large')`

let server: TestServer
let cwd: string
let url: string
let copies = 0
beforeAll(async () => {
  server = await startServer(17, { settings: { autovacuum: 'off' } })
  url = await server.createDatabase('shop')
  await server.query(schema, 'shop')
})
beforeEach(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-folders-'))
  return () => rm(cwd, { recursive: true })
})
afterAll(() => server.stop())

/** Makes a backup in the folder `backups` and answers its id. */
async function backUp(...flags: string[]): Promise<string> {
  const made = await pgark(['backup', url, '--to', 'backups', ...flags], { cwd })
  expect(made).toMatchObject({ code: 0, stdout: '' })
  const [manifest = ''] = (await readdir(path.join(cwd, 'backups'))).filter((name) => name.endsWith('.json'))
  return manifest.slice(0, -'.json'.length)
}
async function restored(reference: string): Promise<string> {
  const copy = `copy_${++copies}`
  const run = await pgark(['restore', reference, '--to', server.url(copy), '--create-database'], { cwd })
  expect(run).toMatchObject({ code: 0, stdout: '' })
  expect(run.stderr).toMatch(/public\.orders +20,000/)
  return copy
}

describe('a folder of backups', () => {
  const formats: [flags: string[], files: RegExp[]][] = [
    [
      [],
      [/^\d+\.dat\.zst$/, /^\d+\.dat\.zst$/, /^blob_4711\.dat\.zst$/, /^blobs\.toc$/, /^contents\.json$/, /^toc\.dat$/],
    ],
    [
      ['--format', 'directory', '--compress', 'gzip'],
      [/^\d+\.dat\.gz$/, /^\d+\.dat\.gz$/, /^blob_4711\.dat\.gz$/, /^blobs\.toc$/, /^contents\.json$/, /^toc\.dat$/],
    ],
    [
      ['--format', 'custom'],
      [/^backup\.dump$/, /^contents\.json$/],
    ],
    [
      ['--format', 'plain', '--compress', 'none'],
      [/^backup\.sql$/, /^contents\.json$/],
    ],
  ]
  test.each(formats)('%s: listed, shown, verified, restored', async (flags, files) => {
    const id = await backUp(...flags)
    expect(id).toMatch(/^shop-\d{8}T\d{6}Z-[0-9a-f]{4}$/)
    const names = (await readdir(path.join(cwd, 'backups', id))).sort()
    expect(names).toEqual(files.map((file) => expect.stringMatching(file)))
    expect((await stat(path.join(cwd, 'backups'))).mode & 0o777).toBe(0o700)
    expect((await stat(path.join(cwd, 'backups', `${id}.json`))).size).toBeLessThan(64 * 1024)

    const reference = `backups/${id}`
    expect((await pgark(['list', 'backups'], { cwd })).stdout).toMatch(new RegExp(`^${id} .* 21,000 `, 'm'))
    expect((await pgark(['show', reference], { cwd })).stdout).toMatch(/public\.orders +20,000/)
    expect(await pgark(['verify', reference], { cwd })).toMatchObject({ code: 0 })
    const { differences } = await compareDatabases(server, 'shop', await restored(reference))
    expect(differences).toEqual([])
  })

  test('two backups, and one that fails leaves nothing', async () => {
    const first = await backUp()
    const failed = await pgark(['backup', `${url}_none`, '--to', 'backups'], { cwd })
    expect(failed.code).toBe(1)
    expect((await readdir(path.join(cwd, 'backups'))).sort()).toEqual([first, `${first}.json`])
    expect((await pgark(['backup', url, '--to', 'backups', '--name', 'zwei'], { cwd })).code).toBe(0)
    expect((await pgark(['list', 'backups', '--json'], { cwd })).stdout.match(/"state"/g)).toHaveLength(2)
  })

  test('what is allowed to fail is left out and told: exit 4', async () => {
    const id = await backUp()
    await server.query('CREATE ROLE gone; CREATE TABLE of_gone (x int); ALTER TABLE of_gone OWNER TO gone', 'shop')
    const later = await pgark(['backup', url, '--to', 'owned'], { cwd })
    expect(later.code).toBe(0)
    await server.query('DROP TABLE of_gone; DROP ROLE gone', 'shop')
    const [owned = ''] = (await readdir(path.join(cwd, 'owned'))).filter((name) => !name.endsWith('.json'))
    const restore = (reference: string, ...flags: string[]) =>
      pgark(['restore', reference, '--to', server.url('allowed'), '--create-database', ...flags], { cwd })
    expect(await restore(`owned/${owned}`)).toMatchObject({ code: 2, stderr: expect.stringContaining('REFUSED.ROLE') })
    const misspelt = await restore(`owned/${owned}`, '--allow', 'table:of_gon')
    expect(misspelt).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean table:of_gone') })
    expect(await restore(`owned/${owned}`, '--allow', 'of_gone')).toMatchObject({ code: 2 })
    const allowed = await restore(`owned/${owned}`, '--allow', 'table:of_gone', '--allow', 'table-data:of_gone')
    expect(allowed).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/^warning: Allowed: In TABLE public\.of_gone: /m),
    })
    const { differences } = await compareDatabases(server, 'shop', 'allowed')
    expect(differences).toEqual([])
    // What was allowed and did not happen is none.
    await server.query('DROP DATABASE allowed')
    expect(await restore(`backups/${id}`, '--allow', 'table:orders')).toMatchObject({ code: 0 })
    await server.query('DROP DATABASE allowed')
  })

  test('copied out of it, the folder of a backup is an archive by itself', async () => {
    const id = await backUp()
    // Whatever it is called.
    await rename(path.join(cwd, 'backups', id), path.join(cwd, 'alone.dump'))
    const { differences } = await compareDatabases(server, 'shop', await restored('alone.dump'))
    expect(differences).toEqual([])
    const into = await pgark(['backup', url, '--to', 'alone.dump'], { cwd })
    expect(into).toMatchObject({ code: 2, stderr: expect.stringContaining('REFUSED.EXISTS') })
  })

  test('what lies in a backup and is no part of it is never read', async () => {
    const id = await backUp()
    const folder = path.join(cwd, 'backups', id)
    for (const name of (await readdir(folder)).filter((each) => each.endsWith('.dat.zst'))) {
      await writeFile(path.join(folder, name.slice(0, -'.zst'.length)), '1\tstray\n\\.\n\n\n')
    }
    expect(await pgark(['verify', `backups/${id}`], { cwd })).toMatchObject({ code: 0 })
    const { differences } = await compareDatabases(server, 'shop', await restored(`backups/${id}`))
    expect(differences).toEqual([])
  })
})

describe('damage in a folder: exit 3, the target unchanged', () => {
  const damages: [name: string, damage: (folder: string) => Promise<void>, code: RegExp][] = [
    ['a data file is missing', async (folder) => rm(await dataFile(folder)), /ARCHIVE\.MISSING_FILE|DAMAGE\.MISSING/],
    [
      'a data file is cut',
      async (folder) => change(await dataFile(folder), (bytes) => bytes.subarray(0, -20)),
      /DAMAGE|ARCHIVE/,
    ],
    ['a byte is flipped in a data file', async (folder) => change(await dataFile(folder), flipped), /DAMAGE|ARCHIVE/],
    [
      'a byte is flipped in toc.dat',
      (folder) => change(path.join(folder, 'toc.dat'), flipped),
      /DAMAGE|ARCHIVE|SCRIPT/,
    ],
    [
      'toc.dat is missing',
      (folder) => rm(path.join(folder, 'toc.dat')),
      /DESTINATION\.NOT_FOUND|ARCHIVE\.MISSING_FILE|DAMAGE/,
    ],
    ['contents.json is changed', (folder) => change(path.join(folder, 'contents.json'), flipped), /DAMAGE\.HASH/],
  ]
  test.each(damages)('%s', async (_, damage, code) => {
    const id = await backUp()
    await damage(path.join(cwd, 'backups', id))
    const target = `target_${++copies}`
    await server.createDatabase(target)
    const before = await databaseDigest(server, target)
    const verified = await pgark(['verify', `backups/${id}`], { cwd })
    expect(verified.code).toBe(3)
    const run = await pgark(['restore', `backups/${id}`, '--to', server.url(target)], { cwd })
    expect(run.code).toBe(3)
    expect(run.stderr).toMatch(code)
    expect(await databaseDigest(server, target)).toBe(before)
  })

  async function dataFile(folder: string): Promise<string> {
    const names = (await readdir(folder)).filter((name) => /^\d+\.dat/.test(name))
    const sizes = await Promise.all(
      names.map(async (name) => [(await stat(path.join(folder, name))).size, name] as const),
    )
    const [[, largest] = [0, '']] = sizes.sort(([a], [b]) => b - a)
    return path.join(folder, largest)
  }
  async function change(file: string, by: (bytes: Buffer) => Buffer): Promise<void> {
    await writeFile(file, by(await readFile(file)))
  }
  function flipped(bytes: Buffer): Buffer {
    const at = bytes.length >> 1
    bytes[at] = (bytes[at] ?? 0) ^ 0x08
    return bytes
  }
})
