import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pgark } from './support/run-pgark.ts'

const schema = `
  CREATE SCHEMA production; CREATE TABLE production."Papers" (id serial PRIMARY KEY);
  INSERT INTO production."Papers" SELECT FROM generate_series(1, 10)`
const names = `SELECT nspname || '.' || relname AS name FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relkind = 'r' AND nspname !~ '^(pg_|information)' ORDER BY 1`

let server: TestServer
let cwd: string
let url: string
beforeAll(async () => {
  server = await startServer(17)
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-rename-'))
  url = await server.createDatabase('shop')
  await server.query(schema, 'shop')
})
afterAll(async () => {
  await server.stop()
  await rm(cwd, { recursive: true })
})

const tablesIn = async (database: string) => (await server.query(names, database)).rows.map(({ name }) => name)

test('a backup under new names, in SQL', async () => {
  const flags = ['--rename-schema', 'production=staging', '--rename-table', 'production."Papers"="Sheets"']
  expect(await pgark(['backup', url, '--to', 'staging.sql', ...flags], { cwd })).toMatchObject({ code: 0 })
  const shown = await pgark(['show', 'staging.sql'], { cwd })
  expect(shown.stdout).toMatch(
    /^renamed schema +production is staging here\nrenamed table +.*Papers.* is Sheets here$/m,
  )
  const to = await server.createDatabase('from_sql')
  expect(await pgark(['restore', 'staging.sql', '--to', to], { cwd })).toMatchObject({ code: 0 })
  expect(await tablesIn('from_sql')).toEqual(['staging.Sheets'])
  expect(await pgark(['verify', 'staging.sql', '--against', url], { cwd })).toMatchObject({ code: 0 })
  expect(await pgark(['verify', 'staging.sql', '--against', to], { cwd })).toMatchObject({ code: 0 })
})

test('a copy of a table, and of a schema, beside the original', async () => {
  expect(await pgark(['backup', url, '--to', 'shop.dump'], { cwd })).toMatchObject({ code: 0 })
  const restoring = (...flags: string[]) => pgark(['restore', 'shop.dump', '--to', url, ...flags], { cwd })
  expect(await restoring('--table', '"Papers"', '--rename-table', '"Papers"=papers_test')).toMatchObject({ code: 0 })
  expect(await restoring('--schema', 'production', '--rename-schema', 'production=staging')).toMatchObject({ code: 0 })
  expect(await tablesIn('shop')).toEqual(['production.Papers', 'production.papers_test', 'staging.Papers'])
})

test('what cannot be renamed is told at once, exit code 2', async () => {
  const flags = ['--rename-schema', 'production', '--rename-table', 'a=b', '--rename-table', 'a=c', '--jobs', 'x']
  const run = await pgark(['restore', 'shop.dump', '--to', url, ...flags], { cwd })
  expect(run.code).toBe(2)
  expect(run.stderr).toContain('Expected --rename-schema old=new, got production.')
  expect(run.stderr).toContain('--rename-table a is given twice.')
  expect(run.stderr).toContain('--jobs')
  const unknown = await pgark(['backup', url, '--to', 'x.sql', '--rename-table', 'papers=x'], { cwd })
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no table papers to rename.') })
  const long = await pgark(['backup', url, '--to', 'x.sql', '--rename-schema', `production=${'x'.repeat(64)}`], { cwd })
  expect(long).toMatchObject({ code: 2, stderr: expect.stringContaining('has 64 bytes; a name has at most 63') })
})
