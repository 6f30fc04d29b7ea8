import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { backup, doctor, file, isPgarkError, restore } from '@pgark/core'
import {
  compareDatabases,
  type PgBouncer,
  type PgBouncerOptions,
  startPgBouncer,
  startServer,
  stockClients,
  type TestServer,
} from '@pgark/test-servers'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { PostgresOptions } from '../../src/options.ts'
import { postgres } from '../../src/postgres.ts'
import { tempFolder } from '../snapshot/run-backup.ts'

const schema = `
  CREATE SCHEMA app;
  CREATE TYPE app.state AS ENUM ('new', 'paid');
  CREATE FUNCTION app.double(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 2';
  CREATE TABLE app.orders (id int PRIMARY KEY, state app.state, twice int DEFAULT app.double(1), note text);
  CREATE VIEW app.paid AS SELECT * FROM app.orders WHERE state = 'paid';
  INSERT INTO app.orders SELECT n, 'paid', n, repeat('x', n % 99) FROM generate_series(1, 20000) n;
  ALTER DATABASE shop SET search_path = app, public;`

let server: TestServer
beforeAll(async () => {
  server = await startServer(15)
  await server.createDatabase('shop')
  await server.query(schema, 'shop')
})
afterAll(() => server.stop())

async function pooler(options: PgBouncerOptions): Promise<PgBouncer> {
  const started = await startPgBouncer(server, options)
  onTestFinished(() => started.stop())
  return started
}

async function refusal(work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (reason) => reason,
  )
  if (!isPgarkError(error)) throw new Error(`Expected a refusal, got ${error}`)
  return error
}

/** What every connection that the pooler has to lend is like for an application: one line for each kind of them. */
async function lentConnections(through: PgBouncer, count: number): Promise<string[]> {
  const clients = Array.from({ length: count }, () => new pg.Client({ connectionString: through.url('shop') }))
  for (const client of clients) {
    await client.connect()
    await client.query('BEGIN')
  }
  const found = new Set<string>()
  for (const client of clients) {
    const { rows } = await client.query(`
      SELECT concat_ws(' | ', current_setting('search_path'), current_setting('DateStyle'), current_setting('row_security'),
        current_setting('statement_timeout'), current_setting('extra_float_digits'), current_setting('lock_timeout'),
        (SELECT count(*) FROM pg_prepared_statements WHERE from_sql)) AS line`)
    found.add(rows[0].line)
    await client.query('ROLLBACK')
    await client.end()
  }
  return [...found]
}

describe('in transaction mode', () => {
  // Server connections in turn, and always the one that was used last.
  test.each(['0', '1'])('is refused, with the way to the server (server_round_robin = %s)', async (turns) => {
    const through = await pooler({ poolMode: 'transaction', poolSize: 4, settings: { server_round_robin: turns } })
    // Several that are idle, so that a client might be lent any of them.
    await lentConnections(through, 4)
    const folder = await tempFolder()
    const error = await refusal(
      backup({ engine: postgres(through.url('shop')), to: file(path.join(folder, 'shop.sql')) }),
    )
    expect(error).toMatchObject({
      code: 'REFUSED.POOLER',
      message: `Behind postgres@127.0.0.1:${through.port}/shop is a connection pooler in transaction mode.`,
      hint: expect.stringContaining(`127.0.0.1:${server.port}`),
    })
    expect(await readdir(folder)).toEqual([])
  })

  test('is what doctor finds, with the way to the server', async () => {
    const through = await pooler({ poolMode: 'transaction', poolSize: 4 })
    const { ok, findings } = await doctor({
      engine: postgres(through.url('shop')),
      target: postgres(server.url('shop')),
    })
    expect(ok).toBe(false)
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([
      {
        subject: 'database',
        severity: 'error',
        code: 'REFUSED.POOLER',
        message: `Behind postgres@127.0.0.1:${through.port}/shop is a connection pooler in transaction mode.`,
        hint: expect.stringContaining(`127.0.0.1:${server.port}`),
      },
    ])
    // Where it is allowed, the rest is looked at.
    const allowed = await doctor({ engine: postgres({ connectionString: through.url('shop'), allowPooler: true }) })
    expect(allowed.findings.map(({ code }) => code)).toContain('DOCTOR.DEFINITIONS')
  })

  test('is refused where it has one connection only', async () => {
    const through = await pooler({ poolMode: 'transaction', poolSize: 1 })
    expect((await refusal(postgres(through.url('shop')).inspect())).code).toBe('REFUSED.POOLER')
  })

  const programs: [name: string, options: () => PostgresOptions][] = [
    ['the built-in pg_dump', () => ({})],
    ['a pg_dump of this machine', () => ({ pgDump: stockClients(15).pgDump })],
  ]
  test.each(programs)('is backed up through when allowed, and kept clean, with %s', async (_, options) => {
    // Every transaction on another connection, as it happens by chance where applications are at work.
    const through = await pooler({ poolMode: 'transaction', poolSize: 6, settings: { server_round_robin: '1' } })
    const before = await lentConnections(through, 6)
    expect(before).toHaveLength(1)
    const to = file(path.join(await tempFolder(), 'shop.sql'))
    const engine = postgres({ connectionString: through.url('shop'), allowPooler: true, ...options() })
    expect((await backup({ engine, to })).rows).toBe(20_000)
    // Whatever pg_dump set for its session, no application is handed.
    expect(await lentConnections(through, 6)).toEqual(before)

    const copy = `copy_of_shop_${through.port}`
    await restore({ engine: postgres(server.url(copy)), from: to, createDatabase: true })
    expect(await compareDatabases(server, 'shop', copy)).toEqual({ rows: 20_000, differences: [] })
  })

  test('is never restored through', async () => {
    const through = await pooler({ poolMode: 'transaction', poolSize: 3 })
    const to = file(path.join(await tempFolder(), 'shop.sql'))
    await backup({ engine: postgres(server.url('shop')), to })
    await server.createDatabase('untouched')
    const engine = postgres({ connectionString: through.url('untouched'), allowPooler: true })
    expect((await refusal(restore({ engine, from: to }))).code).toBe('REFUSED.POOLER')
    expect((await server.query("SELECT FROM pg_namespace WHERE nspname = 'app'", 'untouched')).rowCount).toBe(0)
  })
})

test('in session mode it does no harm, and needs no permission', async () => {
  const through = await pooler({ poolMode: 'session', poolSize: 4 })
  const to = file(path.join(await tempFolder(), 'shop.sql'))
  expect((await backup({ engine: postgres(through.url('shop')), to })).rows).toBe(20_000)
})
