import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pgark, type Run } from './support/run-pgark.ts'

// The command in an application with Prisma, with the adapter that there is for it.

const cwd = fileURLToPath(new URL('../../../../examples/prisma-app', import.meta.url))
const schema = `
  CREATE TABLE orders (id int PRIMARY KEY, is_gift bool);
  INSERT INTO orders SELECT i, i % 5 = 0 FROM generate_series(1, 100) i;
  CREATE SCHEMA crm;
  CREATE TABLE crm.sessions (token text PRIMARY KEY);
  INSERT INTO crm.sessions VALUES ('x');
  CREATE TABLE _prisma_migrations (migration_name text, finished_at timestamptz DEFAULT now(), rolled_back_at timestamptz);`

let server: TestServer
let folder: string
let migrations: string[]
beforeAll(async () => {
  const entries = await readdir(path.join(cwd, 'prisma/migrations'), { withFileTypes: true })
  migrations = entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).toSorted()
  server = await startServer(17)
  await server.createDatabase('shop')
  const applied = migrations.map((name) => `INSERT INTO _prisma_migrations VALUES ('${name}');`)
  await server.query(schema + applied.join(''), 'shop')
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-orm-prisma-'))
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true })
})

const run = (args: string[], env: Record<string, string> = { DATABASE_URL: server.url('shop') }): Promise<Run> =>
  pgark(args.some((each) => each.startsWith('--prisma')) ? args : [...args, '--prisma'], { cwd, env })

test('backs up by its models, restores, and compares migrations', async () => {
  const dump = path.join(folder, 'shop.dump')
  const made = await run(['backup', '--to', dump, '--exclude-table-data', 'Session', '--where', 'Order: is_gift'])
  expect(made).toMatchObject({ code: 0 })
  expect(made.stderr).toContain('/shop (from datasource.url of prisma.config.ts)\n')
  const restored = await run(['restore', dump, '--to', server.url('copy'), '--create-database'])
  expect(restored).toMatchObject({ code: 0, stderr: expect.not.stringContaining('lacks') })
  const { rows } = await server.query(
    'SELECT (SELECT count(*)::int FROM orders) AS orders, (SELECT count(*)::int FROM crm.sessions) AS sessions',
    'copy',
  )
  expect(rows).toEqual([{ orders: 20, sessions: 0 }])

  const last = migrations.at(-1)
  await server.query(`DELETE FROM _prisma_migrations WHERE migration_name = '${last}'`, 'shop')
  expect(await run(['backup', '--to', dump, '--force'])).toMatchObject({ code: 0 })
  const behind = await run(['restore', dump, '--to', server.url('behind'), '--create-database'])
  expect(behind).toMatchObject({ code: 0 })
  expect(behind.stderr).toContain(`lacks 1 migration (${last}) of the application.\nhint: npx prisma migrate deploy\n`)
})

test('a config file has the application itself, for conditions in the words of Prisma', async () => {
  const adapter = createRequire(path.join(cwd, 'package.json')).resolve('@pgark/adapter-prisma')
  const config = path.join(folder, 'pgark.config.mjs')
  const code = `
    import { fromPrisma, where } from ${JSON.stringify(adapter)}
    import { createClient } from ${JSON.stringify(path.join(cwd, 'src/client.ts'))}
    const shop = { orm: fromPrisma(createClient(process.env.DATABASE_URL)) }
    const filters = { Order: where({ isGift: true, id: { gt: 50 } }) }
    const gifts = { database: 'shop', to: './gifts.dump', filters, excludeTableData: ['Session'] }
    export default { databases: { shop }, backups: { gifts } }`
  await writeFile(config, code)
  const made = await pgark(['run', 'gifts', '--config', config], { cwd, env: { DATABASE_URL: server.url('shop') } })
  expect(made).toMatchObject({ code: 0 })
  const shown = await pgark(['show', path.join(folder, 'gifts.dump'), '--json'], { cwd })
  expect(JSON.parse(shown.stdout).contents.tables).toContainEqual(expect.objectContaining({ name: 'orders', rows: 10 }))
})

test('what is missing is told: the variable, the config, the model', async () => {
  const unset = await run(['backup', '--dry-run'], {})
  expect(unset).toMatchObject({ code: 2, stderr: expect.stringMatching(/^USAGE\.ORM: .*DATABASE_URL.*\nhint: /) })
  const none = await run(['backup', '--dry-run', '--prisma=none.config.ts'])
  expect(none).toMatchObject({ code: 2, stderr: expect.stringMatching(/^USAGE\.ORM: .*none\.config\.ts/) })
  const model = await run(['estimate', '--where', 'Ordr: is_gift'])
  expect(model).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('USAGE.MODEL: prisma knows no model Ordr.\nhint: did you mean Order'),
  })
})
