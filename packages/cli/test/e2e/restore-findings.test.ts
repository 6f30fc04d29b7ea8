import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pgark } from './support/run-pgark.ts'

let server: TestServer
let cwd: string
beforeAll(async () => {
  server = await startServer(17)
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-findings-'))
  const source = await server.createDatabase('source')
  // Whoever restores t writes into log once more.
  await server.query(
    `CREATE TABLE log (a int);
     CREATE FUNCTION note(int) RETURNS boolean LANGUAGE sql AS 'INSERT INTO public.log VALUES ($1); SELECT true';
     CREATE TABLE t (a int CHECK (note(a))); INSERT INTO t VALUES (1)`,
    'source',
  )
  expect(await pgark(['backup', source, '--to', 'folder', '--name', 'one'], { cwd })).toMatchObject({ code: 0 })
})
afterAll(async () => {
  await server.stop()
  await rm(cwd, { recursive: true })
})

test.each([[], ['--into-new']])('a difference is told with --quiet too: exit 3 %j', async (...flags) => {
  const to = await server.createDatabase(`quiet_${flags.length}`)
  const run = await pgark(['restore', 'folder/latest', '--to', to, '--quiet', ...flags], { cwd })
  expect(run).toMatchObject({ code: 3, stdout: '' })
  const lines = run.stderr.trimEnd().split('\n')
  expect(lines[0]).toMatch(/^error: COMPARE\.\w+: public\.log has 2 rows/)
  expect(lines.slice(1)).toEqual(flags.length > 0 ? [expect.stringMatching(/^error: RESTORE\.NOT_SWAPPED: /)] : [])
})

test('without --quiet it stands before the last line', async () => {
  const to = await server.createDatabase('talking')
  const run = await pgark(['restore', 'folder/latest', '--to', to], { cwd })
  expect(run).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/\nerror: COMPARE\.\w+: .*\nrestored 2 tables/),
  })
})
