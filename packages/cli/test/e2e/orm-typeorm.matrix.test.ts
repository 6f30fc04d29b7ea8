import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pgark, type Run } from './support/run-pgark.ts'

// The command in an application with TypeORM, with the adapter that there is for it.

const cwd = fileURLToPath(new URL('../../../../examples/typeorm-app', import.meta.url))
const schema = `
  CREATE SCHEMA shop;
  CREATE TABLE shop.orders (id int PRIMARY KEY, status text);
  INSERT INTO shop.orders SELECT i, CASE WHEN i % 5 = 0 THEN 'paid' ELSE 'open' END FROM generate_series(1, 100) i;
  CREATE SCHEMA billing;
  CREATE TABLE billing.invoices (id int PRIMARY KEY);
  INSERT INTO billing.invoices VALUES (1);
  CREATE TABLE shop.migrations (id serial PRIMARY KEY, "timestamp" bigint, name text);
  INSERT INTO shop.migrations ("timestamp", name) VALUES (1750000000000, 'Shop1750000000000')`
const missing = 'Orders1760000000000'

let server: TestServer
let folder: string
beforeAll(async () => {
  server = await startServer(17)
  await server.createDatabase('shop')
  await server.query(schema, 'shop')
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-orm-typeorm-'))
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true })
})

const file = 'src/data-source.ts'
const run = (
  args: string[],
  env: Record<string, string> = { DATABASE_URL: server.url('shop') },
  module = file,
): Promise<Run> => pgark([...args, '--typeorm', module], { cwd, env })

test('backs up by its entities, restores, and compares migrations', async () => {
  const dump = path.join(folder, 'shop.dump')
  const chosen = ['--exclude-table-data', 'Invoice', '--where', "Order: status = 'paid'"]
  const made = await run(['backup', '--to', dump, ...chosen])
  expect(made).toMatchObject({ code: 0 })
  expect(made.stderr).toMatch(/\/shop \(from options of src\/data-source\.ts\)\n/)
  const restored = await run(['restore', dump, '--to', server.url('copy'), '--create-database'])
  expect(restored).toMatchObject({ code: 0 })
  expect(restored.stderr).toContain(
    `lacks 1 migration (${missing}) of the application.\nhint: npx typeorm migration:run`,
  )
  const { rows } = await server.query(
    'SELECT (SELECT count(*)::int FROM shop.orders) AS orders, (SELECT count(*)::int FROM billing.invoices) AS invoices',
    'copy',
  )
  expect(rows).toEqual([{ orders: 20, invoices: 0 }])

  await server.query(`INSERT INTO shop.migrations ("timestamp", name) VALUES (1760000000000, '${missing}')`, 'shop')
  expect(await run(['backup', '--to', dump, '--force'])).toMatchObject({ code: 0 })
  const level = await run(['restore', dump, '--to', server.url('level'), '--create-database'])
  expect(level).toMatchObject({ code: 0, stderr: expect.not.stringContaining('lacks') })
})

test('what is missing is told: what its module needs, the module, the entity', async () => {
  const unset = await run(['backup', '--dry-run'], {})
  expect(unset).toMatchObject({ code: 2, stderr: expect.stringMatching(/^USAGE\.ORM: .*src\/data-source\.ts/) })
  const none = await run(['backup', '--dry-run'], {}, 'dist/none.js')
  expect(none).toMatchObject({ code: 2, stderr: expect.stringMatching(/^USAGE\.ORM: .*dist\/none\.js/) })
  const model = await run(['estimate', '--where', 'Ordr: true'])
  expect(model).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('USAGE.MODEL: typeorm knows no model Ordr.\nhint: did you mean Order'),
  })
})
