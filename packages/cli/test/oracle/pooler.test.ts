import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startPgBouncer, startServer } from '@pgark/test-servers'
import { expect, onTestFinished, test } from 'vitest'
import { secrets } from '../e2e/canary/scenario.ts'
import { pgark } from '../e2e/support/run-pgark.ts'

test('a pooler in transaction mode: exit 2 with the direct host, 0 with --allow-pooler', async () => {
  const cwd = await mkdtemp(path.join(tmpdir(), 'pgark-pooler-'))
  onTestFinished(() => rm(cwd, { recursive: true }))
  const server = await startServer(17)
  onTestFinished(() => server.stop())
  await server.query(`CREATE TABLE t AS SELECT '${secrets.row}' AS one`)
  const pooler = await startPgBouncer(server, { poolMode: 'transaction', poolSize: 3 })
  onTestFinished(() => pooler.stop())

  // The pooler asks for no password; one that is given is a secret all the same.
  const url = pooler.url('postgres').replace('@', `:${secrets.password}@`)
  const backup = ['backup', url, '--to', 'shop.sql']
  const refused = await pgark(backup, { cwd })
  expect(refused.code).toBe(2)
  expect(refused.stderr).toMatch(
    new RegExp(`REFUSED.POOLER: .*\n *hint: .*127\\.0\\.0\\.1:${server.port}.*--allow-pooler`),
  )
  expect(await readdir(cwd)).toEqual([])
  const allowed = await pgark([...backup, '--allow-pooler', '--verbose', '--debug'], { cwd })
  expect(allowed).toMatchObject({ code: 0 })
  expect(await readdir(cwd)).toEqual(['shop.sql', 'shop.sql.json'])

  const manifest = await readFile(path.join(cwd, 'shop.sql.json'), 'utf8')
  for (const told of [refused.stderr, allowed.stdout, allowed.stderr, manifest]) {
    expect(told).not.toContain(secrets.row)
    expect(told).not.toContain(secrets.password)
  }
})
