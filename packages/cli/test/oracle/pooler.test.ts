import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startPgBouncer, startServer } from '@pgark/test-servers'
import { expect, onTestFinished, test } from 'vitest'
import { pgark } from '../e2e/support/run-pgark.ts'

test('a pooler in transaction mode: exit 2 with the direct host, 0 with --allow-pooler', async () => {
  const cwd = await mkdtemp(path.join(tmpdir(), 'pgark-pooler-'))
  onTestFinished(() => rm(cwd, { recursive: true }))
  const server = await startServer(17)
  onTestFinished(() => server.stop())
  await server.query('CREATE TABLE t AS SELECT 1 AS one')
  const pooler = await startPgBouncer(server, { poolMode: 'transaction', poolSize: 3 })
  onTestFinished(() => pooler.stop())

  const backup = ['backup', pooler.url('postgres'), '--to', 'shop.sql']
  const refused = await pgark(backup, { cwd })
  expect(refused.code).toBe(2)
  expect(refused.stderr).toMatch(
    new RegExp(`REFUSED.POOLER: .*\n *hint: .*127\\.0\\.0\\.1:${server.port}.*--allow-pooler`),
  )
  expect(await readdir(cwd)).toEqual([])
  expect(await pgark([...backup, '--allow-pooler'], { cwd })).toMatchObject({ code: 0 })
  expect(await readdir(cwd)).toEqual(['shop.sql', 'shop.sql.json'])
})
