import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { onTerminal } from './support/on-terminal.ts'
import { pgark } from './support/run-pgark.ts'

const script = 'DROP TABLE IF EXISTS public.kept;\n-- PostgreSQL database dump complete\n'
const endings = [
  ['Ctrl-C', '\u0003', 130, 'INTERRUPTED.SIGINT'],
  ['Ctrl-D', '\u0004', 2, 'REFUSED.CONSENT'],
  ['SIGTERM', (pid: number) => void process.kill(pid, 'SIGTERM'), 143, 'INTERRUPTED.SIGTERM'],
  ['another name', 'no\r', 2, 'REFUSED.CONSENT'],
] as const

let server: TestServer
let cwd: string
beforeAll(async () => {
  server = await startServer(17)
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-prompts-'))
  await server.createDatabase('shop')
  await server.query('CREATE TABLE kept (a int)', 'shop')
  await writeFile(path.join(cwd, 'drops.sql'), script)
  expect(await pgark(['backup', server.url('shop'), '--to', 'folder'], { cwd })).toMatchObject({ code: 0 })
})
afterAll(async () => {
  await server.stop()
  await rm(cwd, { recursive: true })
})

describe('restore asks whether something may be dropped', () => {
  test.each(endings)('%s: nothing is', async (_, give, code, told) => {
    const args = ['restore', path.join(cwd, 'drops.sql'), '--to', server.url('shop')]
    const run = await onTerminal(args, { at: "Type the database's name", give })
    expect(run).toMatchObject({ code, shown: expect.stringContaining(told) })
    expect((await server.query("SELECT to_regclass('kept') IS NOT NULL AS kept", 'shop')).rows).toEqual([
      { kept: true },
    ])
  })

  test('its name: it is', async () => {
    const url = await server.createDatabase('yes')
    await server.query('CREATE TABLE kept (a int)', 'yes')
    const args = ['restore', path.join(cwd, 'drops.sql'), '--to', url]
    expect(await onTerminal(args, { at: "Type the database's name", give: 'yes\r' })).toMatchObject({ code: 0 })
    expect((await server.query("SELECT to_regclass('kept') AS kept", 'yes')).rows).toEqual([{ kept: null }])
  })
})

describe('remove asks', () => {
  test.each(endings)('%s: nothing is removed', async (_, give, code, told) => {
    const before = await readdir(path.join(cwd, 'folder'))
    const [id = ''] = before
    const run = await onTerminal(['remove', path.join(cwd, 'folder', id)], { at: 'to allow it: ', give })
    expect(run).toMatchObject({ code, shown: expect.stringContaining(told) })
    expect(await readdir(path.join(cwd, 'folder'))).toEqual(before)
  })
})
