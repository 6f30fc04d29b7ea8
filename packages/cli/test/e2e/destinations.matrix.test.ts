import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pgark } from './support/run-pgark.ts'
import { installPackage, openedAndClosed, vaultPlugin } from './support/vault-plugin.ts'

const schema = `
  CREATE TABLE orders (id int PRIMARY KEY, note text);
  INSERT INTO orders SELECT i, md5(i::text) FROM generate_series(1, 2000) i`

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
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-destinations-'))
  await installPackage(cwd, 'pgark-exporter-vault', vaultPlugin(cwd))
  return () => rm(cwd, { recursive: true })
})
afterAll(() => server.stop())

async function backUp(to: string, ...flags: string[]): Promise<void> {
  expect(await pgark(['backup', url, '--to', to, ...flags], { cwd })).toMatchObject({ code: 0, stdout: '' })
}
async function ids(destination: string): Promise<string[]> {
  const run = await pgark(['list', destination, '--json'], { cwd })
  expect(run.code).toBe(0)
  return JSON.parse(run.stdout).map(({ key }: { key: string }) => key)
}
async function shown(reference: string): Promise<Record<string, unknown>> {
  const run = await pgark(['show', reference, '--json'], { cwd })
  expect(run).toMatchObject({ code: 0, stderr: '' })
  return JSON.parse(run.stdout)
}
async function expectRestored(reference: string, named: string): Promise<void> {
  const copy = `copy_${++copies}`
  const run = await pgark(['restore', reference, '--to', server.url(copy), '--create-database'], { cwd })
  expect(run).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining(`restoring ${named} into `) })
  const { differences } = await compareDatabases(server, 'shop', copy)
  expect(differences).toEqual([])
}

describe('a destination by its URL', () => {
  const place = 'vault://safe/shop?region=x'
  const of = (name: string) => `vault://safe/shop/${name}?region=x`

  test('backed up, listed, shown, verified, restored; whatever was opened is closed', async () => {
    await backUp(place, '--metadata', 'type=nightly')
    await backUp(place, '--metadata', 'type=adhoc', '--metadata', 'path=a/b')
    const [first = '', second = ''] = await ids(place)
    expect((await readdir(path.join(cwd, 'vault/safe/shop'))).sort()).toEqual(
      [first, `${first}.json`, second, `${second}.json`].sort(),
    )
    expect(await shown(of(first))).toMatchObject({ id: first })
    const verified = await pgark(['verify', of(first)], { cwd })
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining(`ok: vault://safe/shop/${first}, `) })
    await expectRestored(of(first), first)

    expect(await shown(of('latest'))).toMatchObject({ id: second })
    expect(await shown(of('latest:type=nightly'))).toMatchObject({ id: first })
    expect(await shown(of('latest:path=a/b,type=adhoc'))).toMatchObject({ id: second })
    await expectRestored(of('latest:type=nightly'), first)

    const failures = [
      ['show', of('latest:type=weekly')],
      ['verify', of('nothing')],
      ['restore', of(first), '--to', 'postgres://nobody@127.0.0.1:1/d'],
      ['backup', `${url}_none`, '--to', place],
    ]
    for (const args of failures) expect(await pgark(args, { cwd })).toMatchObject({ code: 1 })
    const { opened, closed } = await openedAndClosed(cwd)
    expect(closed).toBe(opened)
  })

  test('one file in it, with or without its manifest', async () => {
    await backUp(of('shop.sql.zst'))
    const folder = path.join(cwd, 'vault/safe/shop')
    expect((await readdir(folder)).sort()).toEqual(['shop.sql.zst', 'shop.sql.zst.json'])
    const again = await pgark(['backup', url, '--to', of('shop.sql.zst')], { cwd })
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('REFUSED.EXISTS') })
    expect(await shown(of('latest'))).toMatchObject({ format: 'plain' })
    await expectRestored(of('shop.sql.zst'), 'vault://safe/shop/shop.sql.zst')
    await cp(path.join(folder, 'shop.sql.zst'), path.join(folder, 'foreign'))
    await expectRestored(of('foreign'), 'vault://safe/shop/foreign')
    const listed = await pgark(['list', of('shop.sql.zst')], { cwd })
    expect(listed).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('vault://safe/shop/shop.sql.zst is one file'),
    })
    const { opened, closed } = await openedAndClosed(cwd)
    expect(closed).toBe(opened)
  })

  test('a directory archive in it', async () => {
    await backUp('backups')
    const [id = ''] = await ids('backups')
    await cp(path.join(cwd, 'backups', id), path.join(cwd, 'vault/safe/shop/archive.dump'), { recursive: true })
    const toc = await pgark(['show', '--toc', of('archive.dump')], { cwd })
    expect(toc).toMatchObject({ code: 0, stdout: expect.stringContaining('TABLE DATA public orders') })
    await expectRestored(of('archive.dump'), 'vault://safe/shop/archive.dump')
  })

  test('doctor looks at it, and finds what the package says is wrong', async () => {
    const run = await pgark(['doctor', url, '--to', place], { cwd })
    expect(run.code).toBe(0)
    expect(run.stdout).toContain('vault://safe/shop was not looked at: destinations of the kind vault cannot be tried.')
    const { opened, closed } = await openedAndClosed(cwd)
    expect([opened, closed]).toEqual([1, 1])
  })
})

describe('the newest backup of a folder', () => {
  test('by time and metadata, of files too; damaged ones do not count', async () => {
    await backUp('backups', '--metadata', 'type=nightly')
    await backUp('backups/second.sql', '--metadata', 'type=nightly', '--metadata', 'path=a/b')
    await backUp('backups')
    const [first = '', , third = ''] = await ids('backups')
    expect(await shown('backups/latest')).toMatchObject({ id: third })
    expect(await shown('backups/latest:type=nightly')).toMatchObject({ format: 'plain' })
    expect(await shown('backups/latest:path=a/b')).toMatchObject({ format: 'plain' })
    await rm(path.join(cwd, 'backups/second.sql'))
    expect(await shown('backups/latest:type=nightly')).toMatchObject({ id: first })
    await expectRestored('backups/latest:type=nightly', first)
    const none = await pgark(['show', 'backups/latest:type=weekly'], { cwd })
    expect(none).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no complete backup with type=weekly at \S+\/backups\.\n/),
    })
  })

  test('a file that is called so comes first', async () => {
    await backUp('backups')
    await backUp('backups/shop.sql')
    await cp(path.join(cwd, 'backups/shop.sql'), path.join(cwd, 'backups/latest'))
    await backUp('backups')
    await expectRestored('backups/latest', path.join(cwd, 'backups/latest'))
  })
})
