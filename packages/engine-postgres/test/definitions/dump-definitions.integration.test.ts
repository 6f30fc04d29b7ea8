import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { Worker } from 'node:worker_threads'
import { isPgarkError } from '@pgark/core'
import { readToc } from '@pgark/pg-archive'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { dumpDefinitions } from '../../src/definitions/dump-definitions.ts'
import { at, connected, dump, dumpOptions, labels, untilWaiting } from './session.ts'

const manyKinds = await readFile(new URL('./many-kinds.sql', import.meta.url), 'utf8')

/** The threads that were started from now to the end of the test. */
function startedThreads(): Worker[] {
  const workers: Worker[] = []
  const listen = (worker: Worker) => workers.push(worker)
  process.on('worker', listen)
  onTestFinished(() => {
    process.off('worker', listen)
  })
  return workers
}

for (const major of [13, 15, 17, 18] as const) {
  describe(`PostgreSQL ${major}`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startServer(major)
    })
    afterAll(() => server.stop())

    test('no timeout of the role ends its session while pg_dump starts', async () => {
      const names = ['statement_timeout', 'idle_in_transaction_session_timeout']
      if (major >= 14) names.push('idle_session_timeout')
      if (major >= 17) names.push('transaction_timeout')
      await server.query(
        ['CREATE ROLE hasty SUPERUSER LOGIN', ...names.map((name) => `ALTER ROLE hasty SET ${name} = '1 h'`)].join(';'),
      )
      const client = await connected({ ...at(server), user: 'hasty' })
      await dump(server, 'postgres', { client })
      const { rows } = await client.query(
        "SELECT setting FROM pg_settings WHERE name = ANY ($1) AND name ~ 'timeout'",
        [names],
      )
      expect(rows).toEqual(names.map(() => ({ setting: '0' })))
    })

    test('dumps objects of many kinds', async () => {
      const database = "many 'kinds' = \\ 🐘"
      await server.createDatabase(database)
      await (await connected(at(server, database))).query(manyKinds)
      const archive = readToc(await dump(server, database))

      expect(archive.header).toMatchObject({
        format: 'custom',
        compression: { algorithm: 'none' },
        database,
        pgDumpVersion: major === 18 ? '18.3' : '17.5',
        version: { major: 1, minor: 16 },
      })
      expect(archive.header.serverVersion).toMatch(new RegExp(`^${major}\\.`))
      expect(labels(archive)).toEqual(
        expect.arrayContaining([
          'SCHEMA |  | app',
          'COMMENT |  | SCHEMA app',
          'EXTENSION |  | pg_trgm',
          'TYPE | app | mood',
          'DOMAIN | app | email',
          'SEQUENCE | app | numbers',
          'TABLE | app | customers',
          'TABLE | app | orders',
          'TABLE | app | events_2026',
          'TABLE ATTACH | app | events_2026',
          'VIEW | app | happy',
          'MATERIALIZED VIEW | app | totals',
          'FUNCTION | app | touch()',
          'AGGREGATE | app | longest(text)',
          'CONSTRAINT | app | orders orders_pkey',
          'FK CONSTRAINT | app | orders orders_customer_id_fkey',
          'INDEX | app | orders_placed',
          'TRIGGER | app | orders touched',
          'RULE | app | orders silent',
          'ROW SECURITY | app | customers',
          'POLICY | app | customers own',
          'STATISTICS | app | spread',
          'PUBLICATION |  | news',
          'PUBLICATION TABLE | app | news orders',
          'COMMENT | app | TABLE orders',
          'ACL | app | TABLE orders',
          'DEFAULT ACL | app | DEFAULT PRIVILEGES FOR TABLES',
        ]),
      )
      const touch = archive.entries.find((entry) => entry.tag === 'touch()')
      expect(touch?.definition).toContain('🐘\n\\restrict\n  */')
      const byId = new Map(archive.entries.map((entry) => [entry.dumpId, entry.tag]))
      const trigger = archive.entries.find((entry) => entry.description === 'TRIGGER')
      expect(trigger?.dependencies.map((id) => byId.get(id))).toEqual(expect.arrayContaining(['orders', 'touch()']))
    })

    test('dumps the instant of the snapshot', async () => {
      const database = 'instant'
      await server.createDatabase(database)
      await server.query('CREATE TABLE before ()', 'instant')
      const options = await dumpOptions(server, database)
      await server.query('CREATE TABLE after ()', 'instant')
      const tables = readToc(await dumpDefinitions(options)).entries.filter((entry) => entry.description === 'TABLE')
      expect(tables.map((entry) => entry.tag)).toEqual(['before'])
    })

    test('passes selections on', async () => {
      const database = 'selection'
      await server.createDatabase(database)
      await server.query(
        'CREATE SCHEMA a; CREATE SCHEMA "b ü"; CREATE TABLE a.x (); CREATE TABLE "b ü".y ()',
        'selection',
      )
      const archive = readToc(await dump(server, database, { args: ['--schema', '"b ü"', '--no-owner'] }))
      expect(archive.entries.filter((entry) => entry.description === 'TABLE').map((entry) => entry.tag)).toEqual(['y'])
    })
  })
}

describe('definitions of every size, and what is left behind', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer(17)
  })
  afterAll(() => server.stop())

  test('a function of 2 MB comes through unchanged', async () => {
    const database = 'large'
    await server.createDatabase(database)
    const body = Array.from({ length: 40_000 }, (_, line) => `-- line ${line} with some more text, and a ü in it`).join(
      '\n',
    )
    expect(body.length).toBeGreaterThan(2_000_000 - 100_000)
    await server.query(`CREATE FUNCTION large() RETURNS int LANGUAGE sql AS $body$${body}\nSELECT 1$body$`, 'large')
    const { entries } = readToc(await dump(server, database))
    expect(entries.find((entry) => entry.tag === 'large()')?.definition).toContain(body)
  })

  test('1,000 tables come through, whose LOCK is longer than a write of libpq', async () => {
    const database = 'thousand'
    await server.createDatabase(database)
    await server.query(
      `DO $$ BEGIN FOR i IN 1..1000 LOOP EXECUTE format('CREATE TABLE %I (id int PRIMARY KEY, note text)', repeat('long_', 8) || i); END LOOP; END $$`,
      'thousand',
    )
    const { entries } = readToc(await dump(server, database))
    expect(entries.filter((entry) => entry.description === 'TABLE')).toHaveLength(1000)
    expect(entries.filter((entry) => entry.description === 'CONSTRAINT')).toHaveLength(1000)
  })

  test('the thread has ended when the archive is there, and pg has its connection again', async () => {
    const threads = startedThreads()
    const options = await dumpOptions(server)
    await dumpDefinitions(options)
    expect(threads).toHaveLength(1)
    expect(threads.map((thread) => thread.threadId)).toEqual([-1])
    const { rows } = await options.client.query('SELECT 1 AS one')
    expect(rows).toEqual([{ one: 1 }])
  })

  test('an abort in the middle rejects with its reason, ends the thread and the session', async () => {
    const threads = startedThreads()
    const locker = await connected({ connectionString: await server.createDatabase('abort') })
    await locker.query('CREATE TABLE held ()')
    await locker.query('BEGIN; LOCK TABLE held')
    const controller = new AbortController()
    const reason = new Error('enough')
    const options = await dumpOptions(server, 'abort', { signal: controller.signal })
    const running = dumpDefinitions(options)
    const waits = untilWaiting(locker).then(() => controller.abort(reason))
    await expect(running).rejects.toBe(reason)
    await waits
    expect(threads.map((thread) => thread.threadId)).toEqual([-1])
    await expect(options.client.query('SELECT 1')).rejects.toThrow()
  })

  test('an abort beforehand starts nothing', async () => {
    const threads = startedThreads()
    const reason = new Error('never mind')
    await expect(dump(server, 'postgres', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(threads).toEqual([])
  })

  test('definitions of another encoding keep their bytes', async () => {
    const database = 'ascii'
    await server.createDatabase(database, "ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'")
    await server.query(
      `DO $$ BEGIN EXECUTE convert_from('\\x${Buffer.from("COMMENT ON SCHEMA public IS '\xe9'", 'latin1').toString('hex')}', 'SQL_ASCII'); END $$`,
      'ascii',
    )
    const bytes = await dump(server, database)
    const { entries } = readToc(bytes, { decode: 'latin1' })
    expect(entries.find((entry) => entry.description === 'COMMENT')?.definition).toContain("IS '\xe9'")
    expect(entries.find((entry) => entry.description === 'ENCODING')?.definition).toContain('SQL_ASCII')
    expect(() => readToc(bytes)).toThrow('UTF-8')
  })

  test('as many arguments as the built-in pg_dump can take, and no more', async () => {
    const room = 24 * 1024 - 1024
    const flags = (bytes: number) =>
      Array.from({ length: Math.floor(bytes / 39) }, () => ['--table', `public.${'a'.repeat(14)}`]).flat()
    await server.createDatabase('flags')
    await server.query(`CREATE TABLE ${'a'.repeat(14)} (); CREATE TABLE other ()`, 'flags')
    const { entries } = readToc(await dump(server, 'flags', { args: flags(room) }))
    expect(entries.filter((entry) => entry.description === 'TABLE')).toHaveLength(1)
    await expect(dump(server, 'flags', { args: flags(room + 2048) })).rejects.toMatchObject({
      code: 'ENGINE.PG_DUMP_UNAVAILABLE',
      hint: expect.stringContaining('--pg-dump native'),
    })
  })

  test('another encoding on request', async () => {
    const { entries } = readToc(await dump(server, 'postgres', { encoding: 'LATIN1' }))
    expect(entries.find((entry) => entry.description === 'ENCODING')?.definition).toContain('LATIN1')
  })

  test('a client that has ended is a lost connection', async () => {
    const options = await dumpOptions(server)
    const gone = once(options.client, 'end')
    await options.client.end()
    await gone
    const error = await dumpDefinitions(options).catch((reason: unknown) => reason)
    expect(isPgarkError(error) && error.code).toBe('ENGINE.CONNECTION_LOST')
  })
})
