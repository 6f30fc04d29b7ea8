import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { describeApplication, ormPlugin } from './support/orm-plugin.ts'
import { pgark } from './support/run-pgark.ts'
import { installPackage } from './support/vault-plugin.ts'

let server: TestServer
let cwd: string
beforeAll(async () => {
  server = await startServer(17)
  await server.createDatabase('shop')
  await server.query(
    'CREATE TABLE orders AS SELECT i AS id FROM generate_series(1, 100) i; ALTER TABLE orders ADD PRIMARY KEY (id)',
    'shop',
  )
})
beforeEach(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-orm-config-'))
  await installPackage(cwd, '@pgark/adapter-prisma', ormPlugin())
  await installPackage(cwd, '@pgark/adapter-typeorm', ormPlugin('typeorm'))
  for (const file of ['prisma.config.ts', 'source.js']) {
    await describeApplication(path.join(cwd, file), { models: { Order: 'orders' } })
  }
  return () => rm(cwd, { recursive: true })
})
afterAll(() => server.stop())

const configure = (config: object) => writeFile(path.join(cwd, 'pgark.config.json'), JSON.stringify(config))
const run = (args: string[], folder = cwd) => pgark(args, { cwd: folder, env: { APP_URL: server.url('shop') } })

test.each([
  ['prisma', true, 'prisma.config.ts'],
  ['prisma', 'prisma.config.ts', 'prisma.config.ts'],
  ['typeorm', './source.js', './source.js'],
])('a database may be { %s: %j }: for every command that reads, from wherever it runs', async (name, value, file) => {
  await configure({
    databases: { shop: { [name]: value } },
    backups: {
      nightly: { database: 'shop', to: './backups', filters: { Order: 'SELECT * FROM orders WHERE id > 90' } },
    },
  })
  const below = path.join(cwd, 'below')
  await mkdir(below)
  const origin = `/shop (from databases.shop of ../pgark.config.json: url of ${file})\n`
  const made = await run(['run', 'nightly'], below)
  expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining(origin) })
  expect(made.stderr).toContain('backed up 1 table, 10 rows')
  const dumped = await run(['backup', 'shop', '--to', 'shop.dump', '--where', 'Order: id > 50'], below)
  expect(dumped).toMatchObject({ code: 0, stderr: expect.stringContaining('1 table, 50 rows') })
  expect(await run(['validate', '--backup', 'nightly'], below)).toMatchObject({ code: 0 })
  const estimated = await run(['estimate', '--backup', 'nightly', '--exact'], below)
  expect(estimated).toMatchObject({ code: 0, stdout: expect.stringMatching(/^public\.orders +10 +100 /m) })
  expect(await run(['verify', '../backups/latest', '--against', 'shop'], below)).toMatchObject({ code: 0 })
})

test('pgark config prints it, and where its ORM has the database', async () => {
  await configure({ databases: { shop: { prisma: true } } })
  const { code, stdout } = await run(['config'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^databases\.shop\.prisma +true +file$/m)
  expect(stdout).toMatch(/^databases\.shop +\S+@127\.0\.0\.1:\d+\/shop +orm url of prisma\.config\.ts$/m)
})

test('a module may make its adapter itself', async () => {
  const config = `
    import { adapter } from '@pgark/adapter-prisma'
    const orm = adapter.open({ folder: import.meta.dirname })
    const where = { [Symbol.for('pgark.where')]: true, orm: 'prisma', condition: { id: 'secret' } }
    const nightly = { database: 'shop', to: './backups', filters: { Order: where } }
    export default { databases: { shop: { orm } }, backups: { nightly } }`
  await writeFile(path.join(cwd, 'pgark.config.mjs'), config)
  const { code, stdout } = await run(['config'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^databases\.shop\.orm +prisma +file$/m)
  expect(stdout).toMatch(/^backups\.nightly\.filters\.Order +\[where of prisma\] +file$/m)
  expect(await run(['backup', 'shop', '--dry-run', '--table', 'Order'])).toMatchObject({ code: 0 })
})

test('what is wrong is told with its path, also by the adapter', async () => {
  const databases = {
    both: { prisma: true, typeorm: 'source.js' },
    no: { prisma: false },
    empty: { typeorm: '' },
    more: { prisma: true, prsima: 1 },
  }
  await configure({ databases })
  const { code, stderr } = await run(['config'])
  expect(code).toBe(2)
  for (const problem of [
    'databases.both: prisma and typeorm exclude each other.\n',
    'databases.no.prisma: Expected true or the path of a config file of Prisma, got boolean.\n',
    'databases.empty.typeorm: Expected the path of a module with a DataSource, got empty text.\n',
    'databases.more.prsima: There is no such option.\nhint: did you mean prisma?',
  ]) {
    expect(stderr).toContain(`USAGE.CONFIG: pgark.config.json: ${problem}`)
  }
  await configure({ databases: { shop: { prisma: 'missing.ts' } } })
  const missing = 'databases.shop: There is no missing.ts; schemas are elsewhere.\nhint: name one\n'
  expect(await run(['config'])).toEqual({ code: 2, stdout: '', stderr: `USAGE.CONFIG: pgark.config.json: ${missing}` })
})
