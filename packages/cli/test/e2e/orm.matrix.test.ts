import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { configOf, describeApplication, ormPlugin } from './support/orm-plugin.ts'
import { jsonLines, pgark, type RunOptions } from './support/run-pgark.ts'
import { installPackage } from './support/vault-plugin.ts'

const schema = `
  CREATE TABLE orders (id int PRIMARY KEY, total int);
  INSERT INTO orders SELECT i, i FROM generate_series(1, 100) i;
  CREATE TABLE user_sessions (id int PRIMARY KEY);
  INSERT INTO user_sessions VALUES (1), (2);
  CREATE TABLE app_migrations (name text PRIMARY KEY);
  INSERT INTO app_migrations VALUES ('1-first'), ('2-second')`
const models = { Order: 'orders', Session: 'user_sessions' }

let server: TestServer
let cwd: string
let elsewhere: Record<string, string>
beforeAll(async () => {
  server = await startServer(17)
  await server.createDatabase('shop')
  await server.query(schema, 'shop')
  await server.createDatabase('other')
  await server.query('CREATE TABLE other (id int)', 'other')
  elsewhere = { DATABASE_URL: server.url('other'), PGHOST: '127.0.0.1', PGPORT: '1', PGDATABASE: 'nowhere' }
})
beforeEach(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-orm-'))
  await installPackage(cwd, '@pgark/adapter-prisma', ormPlugin())
  await installPackage(cwd, '@pgark/adapter-typeorm', ormPlugin('typeorm'))
  await describeApplication(configOf(cwd), { models, migrations: ['1-first', '2-second', '3-third'] })
  await writeFile(path.join(cwd, '.env'), `APP_URL=${server.url('shop')}`)
  return () => rm(cwd, { recursive: true })
})
afterAll(() => server.stop())

const run = (args: string[], options: RunOptions = {}) => pgark(args, { cwd, ...options })
const told = (text: string, code = 0) => ({ code, stderr: expect.stringContaining(text) })
describe('flags', () => {
  test('--prisma: database, by what .env says, and models; the environment does not win', async () => {
    const selection = ['--exclude-table-data', 'Session', '--where', 'Order: total > 90']
    const made = await run(['backup', '--prisma', '--to', 'shop.dump', ...selection], { env: elsewhere })
    expect(made).toMatchObject(told('/shop (from url of prisma.config.ts)\n'))
    const { totals } = JSON.parse((await run(['show', 'shop.dump', '--json'])).stdout)
    expect(totals).toMatchObject({ tables: 2, rows: 12 })
  })

  test('--typeorm and --prisma=<config>: a file that is named', async () => {
    await mkdir(path.join(cwd, 'dist'))
    for (const file of ['dist/data-source.js', 'dist/config']) {
      await describeApplication(path.join(cwd, file), { variable: 'OTHER_URL', models })
    }
    const env = { OTHER_URL: server.url('shop') }
    for (const flags of [['--typeorm', 'dist/data-source.js'], ['--prisma=dist/config']]) {
      const file = flags.at(-1)?.replace('--prisma=', '')
      const made = await run(['backup', '--dry-run', '--table', 'Order', ...flags], { env })
      expect(made).toMatchObject({
        ...told(`(from url of ${file})\n`),
        stdout: expect.stringMatching(/^public\.orders\b[^\n]*\n$/m),
      })
    }
  })

  test('an argument wins over the database of the ORM, whose names count all the same', async () => {
    await server.query('CREATE TABLE IF NOT EXISTS orders (id int)', 'other')
    const given = await run(['backup', server.url('other'), '--prisma', '--dry-run', '--table', 'Order'])
    expect(given).toMatchObject(told('/other (from argument, names by prisma)\n'))
    // It is not even asked for its own.
    const env = { APP_URL: '' }
    expect(await run(['estimate', server.url('shop'), '--prisma', '--table', 'Order'], { env })).toMatchObject({
      code: 0,
    })
    // Nor where an argument names neither host nor user nor database.
    const local = await run(['backup', 'port=1', '--prisma', '--dry-run'])
    expect(local).toMatchObject(told('@localhost:1/', 1))
    expect(local).toMatchObject(told('(from argument, names by prisma)\n', 1))
  })

  test('commands that look only take them, too', async () => {
    const validated = await run(['validate', '--prisma', '--where', 'Order: total > 1'])
    expect(validated).toMatchObject({ code: 0, stdout: 'ok: 1 filter checked by the server\n' })
    const estimated = await run(['estimate', '--prisma', '--exact', '--where', 'Order: total > 90'])
    expect(estimated).toMatchObject({ code: 0, stdout: expect.stringMatching(/^public\.orders +10 +100 /m) })
    expect(await run(['doctor', '--prisma'])).toMatchObject(told('/shop (from url of prisma.config.ts)\n'))
  })

  test('what is no model is refused with the closest', async () => {
    const wrong = await run(['backup', '--prisma', '--to', 'shop.dump', '--exclude-table-data', 'Sesion'])
    expect(wrong).toMatchObject(told('USAGE.MODEL: prisma knows no model Sesion.\nhint: did you mean Session?', 2))
    const filter = await run(['validate', '--prisma', '--where', 'Ordre: total > 1'])
    expect(filter).toMatchObject(told('USAGE.MODEL: prisma knows no model Ordre.\nhint: did you mean Order?', 2))
  })
})

describe('restore', () => {
  test('takes names, and tells migrations that are missing', async () => {
    expect(await run(['backup', '--prisma', '--to', 'shop.dump'])).toMatchObject({ code: 0 })
    const target = server.url('restored')
    const restored = await run(['restore', 'shop.dump', '--to', target, '--create-database', '--prisma'])
    expect(restored).toMatchObject(told('/restored was backed up at the migration 2-second, and lacks 1 migration'))
    expect(restored).toMatchObject(told('(3-third) of the application.\nhint: npx app migrate\n'))
    const again = await run([
      'restore',
      'shop.dump',
      '--to',
      target,
      '--table',
      'Order',
      '--on-existing',
      'truncate',
      ...['--yes', '--json', '--prisma'],
    ])
    expect(again).toMatchObject({ code: 0, stderr: '' })
    const findings = expect.arrayContaining([expect.objectContaining({ code: 'RESTORE.MIGRATIONS' })])
    expect(jsonLines(again).at(-1)).toMatchObject({ ok: true, findings, tables: [{ name: 'orders', rows: 100 }] })
  })

  test('never goes where the ORM connects', async () => {
    expect(await run(['restore', 'shop.dump', '--prisma'])).toMatchObject(told('Where to? --to is missing.', 2))
    await writeFile(path.join(cwd, 'pgark.config.json'), JSON.stringify({ databases: { shop: { prisma: true } } }))
    const named = await run(['restore', 'shop.dump', '--to', 'shop'])
    expect(named).toMatchObject(told('--to names the database of an application by its ORM.', 2))
  })
})
