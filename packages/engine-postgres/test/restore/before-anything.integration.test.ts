import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { roles, storedBackup } from './stored-backup.ts'
import { dumpOf, rejection, streamOf, targetAt, targetWith } from './target.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(16)
  await server.query(roles)
})
afterAll(() => server.stop())
const stored = () => storedBackup(server)

describe('createDatabase', () => {
  const databases = async () =>
    (await server.query('SELECT datname FROM pg_database')).rows.map(({ datname }) => datname)

  test('creates it, from template0, whatever its name', async () => {
    const name = 'New "shop" / ü'
    const target = targetAt(server, name)
    expect(await target.restore(await stored(), { createDatabase: true })).toMatchObject({ database: name, rows: 2 })
    expect(await databases()).toContain(name)
  })

  test('takes it back when the restore fails', async () => {
    const target = targetAt(server, 'failing')
    const script = dumpOf('CREATE TABLE public.x (y int);\nCREATE TABLE public.x (y int);')
    const error = await rejection(target.restore(streamOf(script), { createDatabase: true }))
    expect(error).toMatchObject({ code: 'REFUSED.EXISTS' })
    expect(await databases()).not.toContain('failing')
  })

  test('keeps it without a single transaction, as everything else that was executed', async () => {
    const target = targetAt(server, 'half')
    const script = dumpOf('CREATE TABLE public.x (y int);\nCREATE TABLE public.x (y int);')
    const error = await rejection(target.restore(streamOf(script), { createDatabase: true, singleTransaction: false }))
    expect(error).toMatchObject({
      code: 'RESTORE.STATEMENT',
      message: expect.stringContaining('1 statements before it'),
    })
    expect(await target.objects()).toEqual(['x'])
  })

  test('refuses one that is there, and leaves it alone', async () => {
    const target = await targetWith(server, 'CREATE TABLE mine (x int)')
    for (const dryRun of [true, false]) {
      const restoring = target.restore(await stored(), { createDatabase: true, dryRun })
      await expect(restoring).rejects.toMatchObject({
        code: 'REFUSED.EXISTS',
        message: `The database ${target.database} is already there.`,
      })
    }
    expect(await target.objects()).toEqual(['mine'])
  })

  test('a dry run creates none', async () => {
    const target = targetAt(server, 'only_thought_of')
    expect(await target.restore(await stored(), { createDatabase: true, dryRun: true })).toMatchObject({ rows: 2 })
    expect(await databases()).not.toContain('only_thought_of')
  })
})

describe('dryRun', () => {
  test('reads everything, changes nothing', async () => {
    const target = await targetWith(server)
    const report = await target.restore(await stored(), { dryRun: true })
    expect(report).toMatchObject({ dryRun: true, rows: 2, findings: [], tables: [{ rows: 2, expectedRows: 2 }] })
    expect(report.statements).toBeGreaterThan(5)
    expect(await target.objects()).toEqual([])
  })

  test('names every relation in the way', async () => {
    const target = await targetWith(server, 'CREATE TABLE items (x int); CREATE SEQUENCE counter')
    const error = await rejection(target.restore(await stored(), { dryRun: true }))
    expect(error).toMatchObject({ code: 'REFUSED.EXISTS' })
    expect((error as Error).message).toMatch(/public\.(items|counter), public\.(items|counter): already in/)
  })

  test('what is done often is told once; what is asked about may be in the way', async () => {
    const target = await targetWith(server, '')
    const script = (...lines: string[]) => streamOf(dumpOf(lines.join('\n')))
    const often = script('CREATE TABLE t (a timestamptz);', ...Array(50).fill('INSERT INTO t VALUES (now());'))
    expect(await target.restore(often, { dryRun: true })).toMatchObject({
      findings: [{ code: 'RESTORE.DESTROYS', message: 'The script says INSERT t, 50 times: that needs consent.' }],
    })
    await target.query('CREATE TABLE there ()')
    await expect(
      target.restore(script('CREATE TABLE public.there AS SELECT 1 AS a;'), { dryRun: true }),
    ).rejects.toMatchObject({
      code: 'REFUSED.EXISTS',
    })
  })

  test('what the script drops before is not in the way, but needs consent', async () => {
    const target = await targetWith(server, 'CREATE TABLE items (x int)')
    const script = dumpOf('DROP TABLE IF EXISTS public.items;\nCREATE TABLE public.items (id integer);')
    expect(await target.restore(streamOf(script), { dryRun: true })).toMatchObject({
      findings: [{ severity: 'warning', code: 'RESTORE.DESTROYS' }],
    })
  })

  test('finds what is refused, and damage', async () => {
    const target = await targetWith(server)
    for (const [script, code] of [
      [dumpOf('\\! id'), 'REFUSED.META_COMMAND'],
      ['SELECT 1;', 'ARCHIVE.INCOMPLETE'],
    ] as const) {
      await expect(target.restore(streamOf(script), { dryRun: true })).rejects.toMatchObject({ code })
    }
  })
})
