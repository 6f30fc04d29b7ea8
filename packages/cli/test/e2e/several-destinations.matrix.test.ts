import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { jsonLines, pgark } from './support/run-pgark.ts'
import { installPackage, openedAndClosed, vaultPlugin } from './support/vault-plugin.ts'

// Does not compress.
const schema = `
  CREATE TABLE orders (id int PRIMARY KEY, note text);
  INSERT INTO orders SELECT i, string_agg(md5(random()::text), '') FROM generate_series(1, 20000) i, generate_series(1, 10) GROUP BY i`

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
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-several-'))
  return () => rm(cwd, { recursive: true })
})
afterAll(() => server.stop())

const backUp = (to: readonly string[], ...flags: string[]) =>
  pgark(['backup', url, ...to.flatMap((each) => ['--to', each]), ...flags], { cwd })

async function expectRestored(reference: string): Promise<void> {
  const copy = `copy_${++copies}`
  expect(await pgark(['verify', reference], { cwd })).toMatchObject({ code: 0 })
  expect(await pgark(['restore', reference, '--to', server.url(copy), '--create-database'], { cwd })).toMatchObject({
    code: 0,
  })
  expect((await compareDatabases(server, 'shop', copy)).differences).toEqual([])
}

/** A file system that is too small for the backup. Mounting needs root: where that is missing the test fails, it is not skipped. */
async function smallDisk(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pgark-small-'))
  await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder])
  onTestFinished(async () => {
    await promisify(execFile)('umount', [folder])
    await rm(folder, { recursive: true })
  })
  return folder
}

describe('several destinations', () => {
  test('a folder and a URL: both have it, exit 0, whatever was opened is closed', async () => {
    await installPackage(cwd, 'pgark-exporter-vault', vaultPlugin(cwd))
    const run = await backUp(['backups', 'vault://safe/shop?region=x'])
    expect(run).toMatchObject({ code: 0, stdout: '' })
    const [, folder = '', vault = ''] = /backed up .* to (.*) in .*\n.*backed up .* to (.*) in /.exec(run.stderr) ?? []
    expect(path.dirname(folder)).toBe(path.join(cwd, 'backups'))
    expect(path.basename(folder)).toBe(path.basename(vault))
    await expectRestored(folder)
    await expectRestored('vault://safe/shop/latest?region=x')
    const { opened, closed } = await openedAndClosed(cwd)
    expect(closed).toBe(opened)
  })

  test('a file and standard output have the same bytes', async () => {
    const run = await backUp(['shop.sql', '-'])
    expect(run).toMatchObject({ code: 0 })
    expect(run.stdout).toBe(await readFile(path.join(cwd, 'shop.sql'), 'utf8'))
    await expectRestored('shop.sql')
  })
})

describe('one that fails: exit 4, the others have their backup', () => {
  for (const [kind, name] of [
    ['a folder', 'backups'],
    ['a file', 'shop.dump'],
  ] as const) {
    test(`${kind} on a disk that is full`, async () => {
      const small = await smallDisk()
      const run = await backUp([name, path.join(small, name)])
      expect(run).toMatchObject({ code: 4, stdout: '' })
      expect(run.stderr).toMatch(new RegExp(`warning: ${small}.* drops out of the backup: .*no space is left`))
      expect(run.stderr).toMatch(new RegExp(`DESTINATION\\.FULL: ${small}.* has no backup: .*\\nhint: .*free space`))
      expect((await readdir(small, { recursive: true, withFileTypes: true })).filter((each) => each.isFile())).toEqual(
        [],
      )
      await expectRestored(kind === 'a file' ? name : `${name}/latest`)
    })
  }

  test('is told in the result, too, and with --quiet', async () => {
    const small = await smallDisk()
    const json = await backUp(['a.sql', path.join(small, 'a.sql')], '--json')
    expect(json.code).toBe(4)
    expect(jsonLines(json).at(-1)).toMatchObject({
      type: 'result',
      ok: false,
      location: path.join(cwd, 'a.sql'),
      destinations: [
        { ok: true, location: path.join(cwd, 'a.sql') },
        { ok: false, location: path.join(small, 'a.sql'), error: { code: 'DESTINATION.FULL' } },
      ],
    })
    const quiet = await backUp(['b.sql', path.join(small, 'b.sql')], '--quiet')
    expect(quiet).toMatchObject({
      code: 4,
      stdout: '',
      stderr: expect.stringMatching(/^DESTINATION\.FULL: .*\nhint: .*\n$/),
    })
  })

  test('standard output whose reader goes away', async () => {
    const run = await pgark(['backup', url, '--to', '-', '--to', 'shop.sql'], { cwd, closesStdout: true })
    expect(run).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('DESTINATION.PIPE: standard output has no backup'),
    })
    await expectRestored('shop.sql')
  })
})

test('when all fail it has failed, and each is told: exit 1', async () => {
  const small = await smallDisk()
  const run = await backUp(['a', 'b'].map((name) => path.join(small, name)))
  expect(run).toMatchObject({ code: 1, stdout: '' })
  for (const name of ['a', 'b'])
    expect(run.stderr).toMatch(new RegExp(`DESTINATION\\.ALL_FAILED: ${small}/${name}: DESTINATION\\.FULL: `))
})

test('what one of them refuses is refused for all: exit 2, nothing written', async () => {
  await writeFile(path.join(cwd, 'a.sql'), 'before')
  const run = await backUp(['a.sql', 'b.sql'])
  expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('REFUSED.EXISTS') })
  expect(await readdir(cwd)).toEqual(['a.sql'])
})
