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
  await server.query("CREATE TABLE t (a text[]); INSERT INTO t VALUES (ARRAY[NULL, 'NULL'])", 'source')
  expect(await pgark(['backup', source, '--to', 'folder', '--name', 'one'], { cwd })).toMatchObject({ code: 0 })
})
afterAll(async () => {
  await server.stop()
  await rm(cwd, { recursive: true })
})

/** A database in which a word in an array is stored where a NULL was. */
async function changing(name: string): Promise<string> {
  const url = await server.createDatabase(name)
  await server.query(`ALTER DATABASE ${name} SET array_nulls = off`)
  return url
}

test.each([[], ['--into-new']])('a difference is told with --quiet too: exit 3 %j', async (...flags) => {
  const to = await changing(`quiet_${flags.length}`)
  const run = await pgark(['restore', 'folder/latest', '--to', to, '--quiet', ...flags], { cwd })
  expect(run).toMatchObject({ code: 3, stdout: '' })
  const lines = run.stderr.trimEnd().split('\n')
  expect(lines[0]).toMatch(/^error: COMPARE\.DIGEST: public\.t has 1 row/)
  expect(lines.slice(1)).toEqual(flags.length > 0 ? [expect.stringMatching(/^error: RESTORE\.NOT_SWAPPED: /)] : [])
})

test('without --quiet it stands before the last line', async () => {
  const to = await changing('talking')
  const run = await pgark(['restore', 'folder/latest', '--to', to], { cwd })
  expect(run).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/\nerror: COMPARE\.DIGEST: .*\nrestored 1 table/),
  })
})
