import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { backup, estimate, file, type OrmAdapter, ormWhere, restore, sql, validateFilters } from '@pgark/core'
import { equals } from '@pgark/filters'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { postgres } from '../../src/postgres.ts'

let server: TestServer
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-orm-'))
  server = await startServer(17)
  await server.createDatabase('app')
  await server.query(
    `CREATE SCHEMA shop;
     CREATE TABLE shop.orders (id int PRIMARY KEY, order_state text);
     INSERT INTO shop.orders SELECT n, CASE n % 2 WHEN 0 THEN 'paid' ELSE 'open' END FROM generate_series(1, 10) n;
     CREATE TABLE "Session" (id int);
     CREATE TABLE session (id int);
     CREATE TABLE _migrations (name text, at int);
     INSERT INTO _migrations VALUES ('1-first', 1), ('2-second', 2)`,
    'app',
  )
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true })
})

/** An application whose ORM says `state` for `order_state`. */
const application = (ofApplication = ['1-first', '2-second']): OrmAdapter => ({
  specVersion: 1,
  name: 'double',
  connection: () => ({
    origin: 'a test',
    options: { connectionString: server.url('app'), application_name: 'of the ORM' },
  }),
  models: async () => [
    { name: 'Order', schema: 'shop', table: 'orders', columns: { state: 'order_state' } },
    { name: 'Session', schema: undefined, table: 'Session', columns: {} },
  ],
  compile: async (_, { condition }) => ({
    text: 'SELECT o.id FROM shop.orders o WHERE o.order_state = $1',
    values: [(condition as { state: string }).state],
  }),
  migrations: {
    table: { schema: 'public', name: '_migrations' },
    applied: (table) => sql`SELECT name FROM ${table} ORDER BY at`,
    ofApplication: async () => ofApplication,
    command: 'npx migrate',
  },
})

const where = (condition: object) => ormWhere('double', condition)
const to = (name: string) => file(path.join(folder, name))

describe('an engine of an ORM', () => {
  test('connects where the ORM does, unless a database is named', async () => {
    const { database } = await postgres(application()).inspect()
    expect(database).toBe('app')
    expect((await postgres({ orm: application(), lockTimeoutMs: 500 }).inspect()).database).toBe('app')
    const named = postgres({ orm: application(), connectionString: server.url('postgres') })
    expect((await named.inspect()).database).toBe('postgres')
    expect(() => postgres({ orm: {} as OrmAdapter })).toThrow('expected the adapter of an ORM')
  })

  test('backs up what models, fields and conditions name', async () => {
    const options = {
      engine: postgres(application()),
      filters: { Order: where({ state: 'paid' }) },
      excludeTables: ['Session'],
    }
    const result = await backup({ ...options, to: to('paid.dump') })
    expect(result.tables.map(({ name, rows }) => [name, rows])).toEqual([
      ['_migrations', 2],
      ['session', 0],
      ['orders', 5],
    ])
    const byField = { ...options, filters: { Order: equals('state', 'open') } }
    expect((await validateFilters(byField)).findings).toEqual([])
    const estimated = await estimate({ ...byField, exact: true })
    expect(estimated.tables.find(({ name }) => name === 'orders')).toMatchObject({ rows: 5, allRows: 10 })
  })

  test('says which names are wrong before it connects', async () => {
    const nowhere = postgres({ orm: application(), host: '127.0.0.1', port: 1, user: 'nobody' })
    const options = { engine: nowhere, to: to('x.dump'), excludeTables: ['Sesion'] }
    await expect(backup(options)).rejects.toMatchObject({ code: 'USAGE.MODEL', hint: 'did you mean Session?' })
  })
})

describe('a restore for an application', () => {
  test('takes names of models, and says where the migrations differ', async () => {
    await backup({ engine: postgres(application()), to: to('all.dump') })
    const into = async (name: string, orm: OrmAdapter, own: object = {}) => {
      const engine = postgres({ orm, connectionString: server.url(name) })
      return await restore({ engine, from: to('all.dump'), createDatabase: true, ...own })
    }
    expect((await into('same', application())).findings).toEqual([])
    const { findings } = await into('behind', application(['1-first', '2-second', '3-third']))
    expect(findings).toMatchObject([
      {
        code: 'RESTORE.MIGRATIONS',
        message: expect.stringMatching(/was backed up at the migration 2-second, and lacks 1 migration \(3-third\)/),
        hint: 'npx migrate',
      },
    ])
    const renamed = await into('renamed', application([]), { renameSchemas: { public: 'staging' } })
    expect(renamed.findings.map(({ code, message }) => [code, message])).toEqual([
      [
        'RESTORE.MIGRATIONS',
        expect.stringContaining('has 2 migrations (1-first, 2-second) that the application has not'),
      ],
    ])
    const { tables, findings: told } = await into('part', application(), { tables: ['Order'] })
    expect(tables.map(({ name, rows }) => [name, rows])).toEqual([['orders', 10]])
    expect(told.map(({ message }) => message)).toEqual([
      expect.stringContaining('has no table _migrations: which migrations it is at cannot be told.'),
    ])
  })

  test('reads the migrations of the application before anything is restored', async () => {
    const orm = application()
    const failing = {
      ...orm,
      migrations: {
        ...(orm.migrations as NonNullable<OrmAdapter['migrations']>),
        ofApplication: () => Promise.reject(new Error('no folder')),
      },
    }
    await server.createDatabase('untouched')
    const engine = postgres({ orm: failing, connectionString: server.url('untouched') })
    await expect(restore({ engine, from: to('all.dump') })).rejects.toThrow('no folder')
    expect((await postgres(server.url('untouched')).inspect()).tables).toEqual([])
  })
})
