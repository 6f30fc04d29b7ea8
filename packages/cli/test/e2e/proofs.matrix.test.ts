import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { jsonLines, pgark } from './support/run-pgark.ts'

const schema = `
  CREATE TABLE orders (id int PRIMARY KEY, note text);
  INSERT INTO orders SELECT n, 'note ' || n FROM generate_series(1, 1000) n;
  CREATE VIEW notes AS SELECT note FROM orders`

let server: TestServer
let cwd: string
let url: string
let copies = 0
beforeAll(async () => {
  server = await startServer(17)
  url = await server.createDatabase('shop')
  await server.query(schema, 'shop')
})
beforeEach(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-proofs-'))
  return () => rm(cwd, { recursive: true })
})
afterAll(() => server.stop())

/** Backs up into a folder or a file, and answers what the backup is called. */
async function backedUp(to: string): Promise<string> {
  expect(await pgark(['backup', url, '--to', to], { cwd })).toMatchObject({ code: 0 })
  if (to !== 'backups') return to
  const [manifest = ''] = (await readdir(path.join(cwd, to))).filter((name) => name.endsWith('.json'))
  return `${to}/${manifest.slice(0, -'.json'.length)}`
}

/** All proofs that are there, of whatever backup, the oldest first. */
async function readProofs(): Promise<Record<string, unknown>[]> {
  const names = (await readdir(cwd, { recursive: true })).filter((name) => /[./]proof.*json$/.test(name)).sort()
  return await Promise.all(names.map(async (name) => JSON.parse(await readFile(path.join(cwd, name), 'utf8'))))
}

const shownProof = async (backup: string) =>
  /^proof +(.*)$/m.exec((await pgark(['show', backup], { cwd })).stdout)?.[1] ?? ''

async function copyWith(sql: string): Promise<string> {
  const copy = `copy_${++copies}`
  await server.query(`CREATE DATABASE ${copy} TEMPLATE shop`)
  await server.query(sql, copy)
  return server.url(copy)
}

describe.each(['backups', 'shop.dump'])('a backup in %s', (to) => {
  test('keeps what verify and restore found, and show tells the newest', async () => {
    const backup = await backedUp(to)
    expect(await shownProof(backup)).toBe('none (pgark verify makes one)')

    expect(await pgark(['verify', backup], { cwd })).toMatchObject({ code: 0 })
    expect(await shownProof(backup)).toMatch(/^ok: read again at \d{4}-\d\d-\d\dT[\d:.]+Z$/)

    const changed = await copyWith('UPDATE orders SET note = NULL WHERE id = 7')
    const withPassword = Object.assign(new URL(changed), { password: 'canary-of-a-password' }).href
    expect(await pgark(['verify', backup, '--against', withPassword], { cwd })).toMatchObject({ code: 3 })
    const other = `copy_${copies}`
    expect(await shownProof(backup)).toMatch(
      new RegExp(`^not ok, 1 difference: compared with ${other} on PostgreSQL 17\\.\\d+ at `),
    )

    const target = `restored_${++copies}`
    const run = await pgark(['restore', backup, '--to', server.url(target), '--create-database', '--json'], { cwd })
    expect(run.code).toBe(0)
    expect(jsonLines(run).at(-1)).toMatchObject({ type: 'result', proof: expect.stringMatching(/\bproof.*\.json$/) })
    expect(await shownProof(backup)).toMatch(new RegExp(`^ok: restored into ${target} on PostgreSQL 17`))

    const stored = await readProofs()
    expect(JSON.stringify(stored)).not.toMatch(/canary|note 7/)
    const compared = { tables: 1, rows: 1000, digests: 1 }
    expect(stored).toMatchObject([
      { action: 'verify', ok: true, compared },
      { action: 'compare', ok: false, compared, findings: [{ code: 'COMPARE.DIGEST' }] },
      { action: 'restore', ok: true, compared },
    ])
    expect(JSON.parse((await pgark(['show', backup, '--json'], { cwd })).stdout).proof).toEqual(stored[2])
    const listed = await pgark(['list', to === 'backups' ? to : '.'], { cwd })
    expect(listed).toMatchObject({ code: 0 })
    expect(listed.stdout.trim().split('\n')).toHaveLength(2)
  })

  test('is verified and restored all the same where they cannot be stored', async () => {
    const backup = await backedUp(to)
    // Binds root, too, unlike a mode.
    const readOnly = { cwd, maxFileBytes: 0 }
    const warned = await pgark(['verify', backup], readOnly)
    expect(warned).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ok: /) })
    expect(warned.stderr).toContain('warning: What was found could not be stored beside the backup: ')
    expect(warned.stderr).toContain('--no-proof')
    const told = jsonLines(await pgark(['verify', backup, '--json'], readOnly))
    expect(told).toContainEqual(expect.objectContaining({ type: 'warning', code: 'PROOF.NOT_WRITTEN' }))
    expect((await pgark(['verify', backup, '--no-proof'], readOnly)).stderr).not.toContain('warning')
    const restore = ['restore', backup, '--to', server.url(`restored_${++copies}`), '--create-database']
    expect(await pgark(restore, readOnly)).toMatchObject({ code: 0, stderr: expect.stringContaining('warning: What') })
    const damaged = await pgark(['verify', backup, '--against', await copyWith('TRUNCATE orders')], readOnly)
    expect(damaged).toMatchObject({ code: 3, stderr: expect.stringContaining('warning: What') })
    expect(await readProofs()).toEqual([])
  })

  test('has none where nobody wants any, or nothing was found', async () => {
    const backup = await backedUp(to)
    await pgark(['verify', backup, '--no-proof'], { cwd })
    const target = server.url(`restored_${++copies}`)
    await pgark(['restore', backup, '--to', target, '--create-database', '--no-proof'], { cwd })
    expect(await pgark(['verify', backup, '--against', server.url('nowhere')], { cwd })).toMatchObject({ code: 1 })
    expect(await pgark(['restore', backup, '--to', server.url('nowhere')], { cwd })).toMatchObject({ code: 1 })
    expect(await readProofs()).toEqual([])
  })

  test('is compared with the definitions of a database', async () => {
    const backup = await backedUp(to)
    const against = (database: string, ...flags: string[]) =>
      pgark(['verify', backup, '--against', database, '--definitions', ...flags], { cwd })
    expect(await against(url)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ok: .* definitions/) })
    const different = await against(
      await copyWith('CREATE OR REPLACE VIEW notes AS SELECT upper(note) AS note FROM orders'),
    )
    expect(different.code).toBe(3)
    expect(different.stdout).toContain(
      'error: COMPARE.DEFINITION: VIEW public.notes has another definition than in the backup.\ndifferent: ',
    )
    await server.query('CREATE ROLE other')
    try {
      const owned = await copyWith('ALTER VIEW notes OWNER TO other; GRANT SELECT ON orders TO other')
      expect((await against(owned)).stdout.match(/COMPARE\.DEFINITION/g)).toHaveLength(2)
      expect(await against(owned, '--no-owner', '--no-privileges')).toMatchObject({ code: 0 })
      await server.query(`DROP DATABASE copy_${copies}`)
    } finally {
      await server.query('DROP ROLE other')
    }
    expect((await readProofs()).map(({ definitions, ok }) => [definitions, ok])).toEqual([
      [true, true],
      [true, false],
      [true, false],
      [true, true],
    ])
    const target = server.url(`restored_${++copies}`)
    const restored = await pgark(
      ['restore', backup, '--to', target, '--create-database', '--definitions', '--jobs', '2'],
      { cwd },
    )
    expect(restored).toMatchObject({ code: 0 })
  })
})

test('definitions without a database, or of a script without its manifest, are refused', async () => {
  const backup = await backedUp('shop.sql.zst')
  await rm(path.join(cwd, `${backup}.json`))
  const refused = async (...args: string[]) => {
    const run = await pgark([...args, '--definitions'], { cwd })
    expect(run.code).toBe(2)
    return run.stderr
  }
  expect(await refused('verify', backup)).toContain('--against is missing')
  expect(await refused('verify', backup, '--against', url)).toMatch(/^REFUSED\.FORMAT: .*is a script/m)
  const target = server.url(await server.createDatabase('untouched').then(() => 'untouched'))
  expect(await refused('restore', backup, '--to', target)).toMatch(/REFUSED\.FORMAT: .*is a script/)
  expect(await refused('restore', backup, '--to', target, '--dry-run')).toContain('definitions has no meaning')
  expect((await pgark(['verify', backup, '--no-owner'], { cwd })).stderr).toContain('--no-owner has no meaning')
  expect(await readProofs()).toEqual([])
})

test('a file that another tool has made has no proofs', async () => {
  const backup = await backedUp('shop.sql.zst')
  await rm(path.join(cwd, `${backup}.json`))
  expect(await pgark(['verify', backup], { cwd })).toMatchObject({ code: 0 })
  expect(await readProofs()).toEqual([])
})

test('damage is kept as well', async () => {
  const backup = await backedUp('backups')
  const folder = path.join(cwd, backup)
  const [data = ''] = (await readdir(folder)).filter((name) => /^\d+\.dat/.test(name))
  await writeFile(path.join(folder, data), 'x', { flag: 'a' })
  expect(await pgark(['verify', backup], { cwd })).toMatchObject({ code: 3 })
  const target = server.url(`restored_${++copies}`)
  expect(await pgark(['restore', backup, '--to', target, '--create-database'], { cwd })).toMatchObject({ code: 3 })
  expect(await readProofs()).toMatchObject([
    { action: 'verify', ok: false },
    { action: 'restore', ok: false, findings: [{ code: expect.stringMatching(/^DAMAGE\./) }] },
  ])
  expect(await shownProof(backup)).toMatch(/^not ok, 1 difference: restored into /)
})
