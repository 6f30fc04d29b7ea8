import { file, type RestoreOptions, type RunEvent, restore } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rejection } from '../restore/target.ts'
import { databaseWith, engineFor, prepare, untilNoConnection } from '../snapshot/run-backup.ts'

let newer: TestServer
let older: TestServer
beforeAll(async () => {
  ;[newer, older] = await Promise.all([
    startServer(18),
    startServer(17, { settings: { max_locks_per_transaction: '10', max_connections: '10' } }),
  ])
})
afterAll(() => Promise.all([newer.stop(), older.stop()]))

async function stored(sql: string, format = 'directory') {
  const { start, location } = await prepare(newer, await databaseWith(newer, sql), { format })
  const { id } = await start()
  const from = file(location)
  return from.objectKey === undefined ? { from, id } : { from }
}

/** Restores into a new database of the older server. */
async function restoring(backup: Awaited<ReturnType<typeof stored>>) {
  const target = await databaseWith(older, 'SELECT 1')
  const events: RunEvent[] = []
  const engine = engineFor(older, target)
  return {
    into: (options: Partial<RestoreOptions> = {}) =>
      restore({ engine, ...backup, jobs: 2, onEvent: (event) => events.push(event), ...options }),
    events,
    codes: () => events.flatMap((event) => (event.type === 'warning' ? [event.code] : [])),
    ask: async (sql: string) => (await older.query(sql, target)).rows,
  }
}
const everything = `
  SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT proname FROM pg_proc WHERE oid >= 16384 UNION ALL SELECT typname FROM pg_type WHERE oid >= 16384`

test('what no rule knows is tried: all of it is refused before the first statement, without what only follows from it', async () => {
  const backup = await stored(`
    CREATE TABLE t (id uuid DEFAULT uuidv7(), a int[]); INSERT INTO t (a) VALUES ('{2,1}');
    CREATE TABLE u (a int[]); CREATE INDEX on_sorted ON u (array_sort(a)); CREATE INDEX ON t (id); CREATE VIEW sorted AS SELECT array_sort('{1}'::int[]) AS a;
    CREATE VIEW above AS SELECT a FROM sorted; CREATE TABLE fine (x int PRIMARY KEY); COMMENT ON VIEW above IS 'x'`)
  const { into, events, ask } = await restoring(backup)
  const error = (await rejection(into())) as Error
  expect(error).toMatchObject({ code: 'REFUSED.OLDER_SERVER', hint: expect.stringContaining('PostgreSQL 17.') })
  const lines = error.message.split('\n')
  expect(lines).toEqual([
    expect.stringMatching(/^In VIEW public\.sorted: .*nothing was changed: .*array_sort.* \(42883\)\.$/),
    expect.stringMatching(/^In TABLE public\.t: .*uuidv7/),
    expect.stringMatching(/^In INDEX public\.on_sorted: /),
  ])
  expect(await ask(everything)).toEqual([])
  expect(events).not.toContainEqual({ type: 'phase', name: 'restore' })
  await untilNoConnection(older)
})

test('what is tried leaves nothing behind, and is restored then', async () => {
  const backup = await stored(`
    CREATE TABLE t (id int CONSTRAINT named NOT NULL PRIMARY KEY, at timestamp DEFAULT now()); INSERT INTO t SELECT generate_series(1, 100);
    CREATE SEQUENCE s; SELECT setval('s', 7); CREATE VIEW v AS SELECT id FROM t; GRANT SELECT ON v TO pg_monitor;
    CREATE FUNCTION stops() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no more' ; END $$;
    CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION stops()`)
  const { into, codes, ask } = await restoring(backup)
  expect(await into()).toMatchObject({ findings: [], rows: 100 })
  expect(codes()).toEqual(['RESTORE.OLDER_SERVER', 'RESTORE.REWRITTEN'])
  expect(await ask('SELECT (SELECT count(*) FROM v) AS rows, nextval($$s$$) AS next')).toEqual([
    { rows: '100', next: '8' },
  ])
})

test('more than the lock table has room for is told, not tried', async () => {
  const tables = Array.from({ length: 60 }, (_, at) => `CREATE TABLE t${at} (id int PRIMARY KEY)`).join(';')
  const { into, codes } = await restoring(await stored(tables))
  expect(await into()).toMatchObject({ findings: [] })
  expect(codes()).toContain('RESTORE.NOT_TRIED')
})

test('an archive that comes through a pipe is refused before its first statement, a plain dump by its transaction', async () => {
  const sql = 'CREATE TABLE first (x int); CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL)'
  for (const [format, code] of [
    ['custom', 'REFUSED.OLDER_SERVER'],
    ['plain', 'RESTORE.STATEMENT'],
  ] as const) {
    const { from } = await stored(sql, format)
    const { into, ask } = await restoring({ from })
    expect(await rejection(into({ from: from.read(from.objectKey ?? ''), jobs: 1 }))).toMatchObject({ code })
    expect(await ask(everything)).toEqual([])
  }
})

test('settings of functions that the target does not know are found beforehand', async () => {
  const sql = `CREATE FUNCTION f(a int DEFAULT 1) RETURNS int LANGUAGE sql SET work_mem = '1MB' SET "my.own" TO 'x' SET file_copy_method TO 'clone' AS 'SELECT 1 /* SET no_such TO 2 */'`
  for (const format of ['directory', 'plain']) {
    const { into, ask } = await restoring(await stored(sql, format))
    for (const dryRun of [false, true])
      expect(await rejection(into({ dryRun, ...(format === 'plain' && { jobs: 1 }) }))).toMatchObject({
        code: 'REFUSED.SETTING',
        message: expect.stringMatching(/has no settings of the names: file_copy_method;/),
      })
    expect(await ask(everything)).toEqual([])
  }
})
