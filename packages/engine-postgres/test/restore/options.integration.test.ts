import { readFile } from 'node:fs/promises'
import type { RunEvent } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith, prepare } from '../snapshot/run-backup.ts'
import { roles, storedBackup } from './stored-backup.ts'
import { dumpOf, rejection, streamOf, targetWith } from './target.ts'

const owners = `SELECT relname AS name, pg_get_userbyid(relowner) AS owner, relacl IS NOT NULL AS granted
                FROM pg_class WHERE relname = 'items'`

let server: TestServer
beforeAll(async () => {
  server = await startServer(16)
  await server.query(roles)
})
afterAll(() => server.stop())
const stored = () => storedBackup(server)

describe('which parts', () => {
  test('everything, by default, with a report', async () => {
    const target = await targetWith(server)
    const events: RunEvent[] = []
    const report = await target.restore(await stored(), { onEvent: (event) => events.push(event) })
    expect(report).toMatchObject({
      database: target.database,
      tables: [{ schema: 'public', name: 'items', rows: 2, expectedRows: 2 }],
      rows: 2,
      findings: [],
      dryRun: false,
    })
    expect(await target.query(owners)).toEqual([{ name: 'items', owner: 'keeper', granted: true }])
    expect(events.filter(({ type }) => type !== 'table')).toMatchObject([
      { type: 'phase', name: 'connect' },
      { type: 'phase', name: 'restore' },
      { type: 'phase', name: 'compare' },
      { type: 'result', command: 'restore', ok: true },
    ])
    expect(events.filter(({ type }) => type === 'table')).toMatchObject([
      { state: 'started', table: { schema: 'public', name: 'items' } },
      { state: 'finished', rows: 2 },
    ])
  })

  test('schemaOnly: no rows, sequences at their start', async () => {
    const target = await targetWith(server)
    expect(await target.restore(await stored(), { schemaOnly: true })).toMatchObject({ rows: 0, findings: [] })
    expect(await target.query('SELECT count(*)::int, (SELECT is_called FROM counter) FROM items')).toEqual([
      { count: 0, is_called: false },
    ])
  })

  test('dataOnly: rows and sequence values into what is there', async () => {
    const target = await targetWith(server, 'CREATE TABLE items (id integer, note text); CREATE SEQUENCE counter')
    expect(await target.restore(await stored(), { dataOnly: true })).toMatchObject({ rows: 2, findings: [] })
    expect(await target.query('SELECT count(*)::int, (SELECT last_value::int FROM counter) FROM items')).toEqual([
      { count: 2, last_value: 42 },
    ])
    expect(await target.query(owners)).toEqual([{ name: 'items', owner: 'postgres', granted: false }])
  })

  test('noOwner, noPrivileges', async () => {
    const target = await targetWith(server)
    await target.restore(await stored(), { noOwner: true, noPrivileges: true })
    expect(await target.query(owners)).toEqual([{ name: 'items', owner: 'postgres', granted: false }])
  })

  test('noPrivileges alone changes no user for rights that it leaves out', async () => {
    const source = await databaseWith(
      server,
      `CREATE TABLE items (id integer); ALTER TABLE items OWNER TO keeper;
       GRANT SELECT ON items TO visitor WITH GRANT OPTION;
       SET SESSION AUTHORIZATION visitor; GRANT SELECT ON items TO other`,
    )
    const { start, location } = await prepare(server, source)
    await start()
    expect(await readFile(location, 'utf8')).toContain('SET SESSION AUTHORIZATION')
    const asKeeper = { user: 'keeper' }
    const target = await targetWith(server, 'GRANT ALL ON SCHEMA public TO keeper', asKeeper)
    expect(await rejection(target.restore(location))).toMatchObject({ meta: { sqlstate: '42501' } })
    await target.restore(location, { noPrivileges: true })
    expect(await target.query(owners)).toEqual([{ name: 'items', owner: 'keeper', granted: false }])
  })

  test('noPrivileges leaves a change of user by which an old dump sets owners', async () => {
    const target = await targetWith(server, 'GRANT ALL ON SCHEMA public TO keeper')
    const script = `SET SESSION AUTHORIZATION 'keeper';
CREATE TABLE public.items (id integer);
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION 'visitor';
GRANT SELECT ON public.items TO other;
SET SESSION AUTHORIZATION 'other';
GRANT SELECT ON public.items TO visitor;
RESET SESSION AUTHORIZATION;
CREATE TABLE public.more (id integer);`
    await target.restore(streamOf(dumpOf(script)), { noPrivileges: true })
    expect(await target.query(owners)).toEqual([{ name: 'items', owner: 'keeper', granted: false }])
    expect(await target.query("SELECT tableowner AS owner FROM pg_tables WHERE tablename = 'more'")).toEqual([
      { owner: 'postgres' },
    ])
  })

  test('role: everything belongs to it', async () => {
    const target = await targetWith(server, 'GRANT ALL ON SCHEMA public TO other')
    await target.restore(await stored(), { noOwner: true, role: 'other' })
    expect(await target.query(owners)).toEqual([{ name: 'items', owner: 'other', granted: true }])
  })

  for (const singleTransaction of [true, false]) {
    test(`timeouts that the database has set are off, singleTransaction ${singleTransaction}`, async () => {
      const timeouts = ['idle_in_transaction_session_timeout', 'idle_session_timeout', 'statement_timeout']
      const target = await targetWith(server)
      for (const name of timeouts) await server.query(`ALTER DATABASE ${target.database} SET ${name} = '1 h'`)
      const names = timeouts.map((name) => `'${name}'`).join(', ')
      const script = `CREATE TABLE public.seen AS SELECT name, setting FROM pg_settings WHERE name IN (${names});`
      await target.restore(streamOf(dumpOf(script)), { singleTransaction, consent: async () => true })
      expect(await target.query('SELECT name, setting FROM seen ORDER BY name')).toEqual(
        timeouts.map((name) => ({ name, setting: '0' })),
      )
    })
  }

  test('a role that is not there', async () => {
    const target = await targetWith(server)
    const error = await rejection(target.restore(await stored(), { role: 'nobody' }))
    expect(error).toMatchObject({ code: 'RESTORE.ROLE' })
  })

  test('a setting that the server does not know is passed over, and told', async () => {
    const target = await targetWith(server)
    const events: RunEvent[] = []
    const script = dumpOf('SET statement_timeout = 0;\nSET transaction_timeout = 0;\nCREATE TABLE public.x (y int);')
    const report = await target.restore(streamOf(script), { onEvent: (event) => events.push(event) })
    expect(events.filter(({ type }) => type === 'warning')).toEqual([
      {
        type: 'warning',
        code: 'RESTORE.UNKNOWN_SETTING',
        message: 'Line 2: the target does not know the setting transaction_timeout; it was left out.',
      },
    ])
    expect(report).toMatchObject({ statements: 2, skipped: 1 })
    expect(await target.objects()).toEqual(['x'])
  })
})

describe('without a single transaction', () => {
  test('what was executed stays, and the error says how much', async () => {
    const target = await targetWith(server)
    const script = dumpOf(`SET statement_timeout = 0;
CREATE TABLE public.first (x integer);
COPY public.first FROM stdin;
1
\\.
CREATE TABLE public.second (x missing_type);`)
    const error = await rejection(target.restore(streamOf(script), { singleTransaction: false }))
    expect(error).toMatchObject({
      code: 'RESTORE.STATEMENT',
      message:
        'Line 6: CREATE TABLE public.second failed, 2 statements before it stay: type "missing_type" does not exist (42704).',
    })
    expect(await target.query('SELECT x FROM first')).toEqual([{ x: 1 }])
  })

  test('what is in the way at the very beginning changed nothing', async () => {
    const target = await targetWith(server, 'CREATE SEQUENCE counter')
    const error = await rejection(target.restore(await stored(), { singleTransaction: false }))
    expect(error).toMatchObject({ code: 'REFUSED.EXISTS', message: expect.stringContaining('nothing was changed') })
  })

  test('rows that differ from the manifest are findings', async () => {
    const target = await targetWith(server, 'CREATE TABLE items (id integer, note text); CREATE SEQUENCE counter')
    await target.query('CREATE RULE less AS ON INSERT TO items WHERE NEW.id = 2 DO INSTEAD NOTHING')
    // A rule does not bind COPY; a trigger does.
    await target.query(`CREATE FUNCTION less() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RETURN CASE WHEN NEW.id = 2 THEN NULL ELSE NEW END; END $$;
      DROP RULE less ON items; CREATE TRIGGER less BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION less()`)
    const report = await target.restore(await stored(), { singleTransaction: false, dataOnly: true })
    expect(report.findings).toEqual([
      { severity: 'error', code: 'DAMAGE.ROW_COUNT', message: 'public.items has 1 rows, the backup has 2.' },
    ])
    const error = await rejection(target.restore(await stored(), { dataOnly: true }))
    expect(error).toMatchObject({ code: 'DAMAGE.ROW_COUNT' })
    expect(await target.query('SELECT count(*)::int FROM items')).toEqual([{ count: 1 }])
  })
})
