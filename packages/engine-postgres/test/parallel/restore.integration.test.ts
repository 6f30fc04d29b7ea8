import { createReadStream } from 'node:fs'
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { backup, type Exporter, file, isPgarkError, type RestoreOptions, type RunEvent, restore } from '@pgark/core'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rejection } from '../restore/target.ts'
import { databaseWith, engineFor, openSession, tempFolder, untilNoConnection } from '../snapshot/run-backup.ts'

const schema = `
  CREATE SCHEMA app;
  CREATE TYPE app.mood AS ENUM ('good', 'bad');
  CREATE TABLE app.a (id int PRIMARY KEY, b_id int, note text, mood app.mood DEFAULT 'good');
  CREATE TABLE app.b (id int PRIMARY KEY, a_id int REFERENCES app.a DEFERRABLE INITIALLY DEFERRED, parent int REFERENCES app.b);
  ALTER TABLE app.a ADD FOREIGN KEY (b_id) REFERENCES app.b DEFERRABLE;
  BEGIN; INSERT INTO app.a SELECT n, NULL, repeat('x', n % 50) FROM generate_series(1, 3000) n;
  INSERT INTO app.b SELECT n, n, CASE WHEN n > 1 THEN n - 1 END FROM generate_series(1, 2000) n;
  UPDATE app.a SET b_id = id WHERE id <= 2000; COMMIT;
  CREATE INDEX ON app.a (note); CREATE INDEX ON app.a (b_id, note);
  ALTER TABLE app.a ADD CONSTRAINT "a Unique" UNIQUE (id, note) INCLUDE (b_id) WITH (fillfactor = 70);
  ALTER TABLE app.a ADD CONSTRAINT late UNIQUE (id, b_id) DEFERRABLE INITIALLY DEFERRED;
  COMMENT ON CONSTRAINT a_pkey ON app.a IS 'the key'; ALTER TABLE app.a CLUSTER ON a_pkey;
  ALTER TABLE app.b REPLICA IDENTITY USING INDEX b_pkey; CREATE UNIQUE INDEX ON app.b (a_id, id);
  CREATE TABLE app.parts (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
  CREATE TABLE app.parts_1 PARTITION OF app.parts FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
  CREATE TABLE app.parts_2 PARTITION OF app.parts FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
  CREATE INDEX ON app.parts (at); INSERT INTO app.parts SELECT n, '2026-01-20'::date + n % 30 FROM generate_series(1, 500) n;
  CREATE MATERIALIZED VIEW app.m1 AS SELECT mood, count(*) FROM app.a GROUP BY 1;
  CREATE MATERIALIZED VIEW app.m2 AS SELECT sum(count) FROM app.m1; CREATE UNIQUE INDEX ON app.m2 (sum);
  CREATE TABLE app.log (id serial, what text);
  CREATE FUNCTION app.tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO app.log (what) VALUES ('row'); RETURN NEW; END $$;
  CREATE TRIGGER tells BEFORE INSERT ON app.a FOR EACH ROW EXECUTE FUNCTION app.tell();
  CREATE FUNCTION app.nothing() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no more definitions'; END $$;
  CREATE VIEW app.v AS SELECT * FROM app.b;
  SELECT lo_from_bytea(4711, decode(repeat('00ff', 9000), 'hex')), lo_from_bytea(4712, '');
  COMMENT ON LARGE OBJECT 4711 IS 'large';
  CREATE TABLE app.checked (id int, CONSTRAINT positive CHECK (id > 0));
  INSERT INTO app.checked SELECT generate_series(1, 100);
  CREATE EVENT TRIGGER stops ON ddl_command_end EXECUTE FUNCTION app.nothing()`

let server: TestServer
let source: string
let folder: string
let id: string
beforeAll(async () => {
  server = await startServer(17, { settings: { autovacuum: 'off' } })
  source = await databaseWith(server, schema)
  folder = path.join(await mkdtemp(path.join(tmpdir(), 'pgark-parallel-')), 'backups')
  ;({ id } = await backup({ engine: engineFor(server, source), to: file(folder) }))
})
afterAll(async () => {
  await server.stop()
  await rm(path.dirname(folder), { recursive: true, force: true })
})

interface Restoring extends Partial<RestoreOptions> {
  through?: (from: Exporter) => Exporter
}
let made = 0
const target = () => `target${++made}`
const restoreInto = (database: string, { through = (from) => from, ...options }: Restoring = {}) =>
  restore({ engine: engineFor(server, database), from: through(file(folder)), id, jobs: 4, ...options })
const objectsIn = async (database: string) =>
  (
    await server.query(
      "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname IN ('app', 'public') ORDER BY 1",
      database,
    )
  ).rows.map(({ relname }) => String(relname))

/** A copy of the backup that may be damaged. */
async function copied(): Promise<{ folder: string; largest(): Promise<string> }> {
  const copy = path.join(await tempFolder(), 'copy')
  await cp(folder, copy, { recursive: true })
  const largest = async () => {
    const names = (await readdir(path.join(copy, id))).filter((name) => /^\d+\.dat/.test(name))
    const sizes = await Promise.all(names.map(async (name) => (await stat(path.join(copy, id, name))).size))
    return path.join(copy, id, names[sizes.indexOf(Math.max(...sizes))] ?? '')
  }
  return { folder: copy, largest }
}
async function flip(location: string): Promise<void> {
  const bytes = await readFile(location)
  const at = bytes.length >> 1
  bytes[at] = (bytes[at] ?? 0) ^ 8
  await writeFile(location, bytes)
}
/** A destination that is not on this machine. */
const remote = (from: Exporter): Exporter => ({ ...from, capabilities: { ...from.capabilities, local: false } })

describe('several connections restore an archive', () => {
  test('with everything in it, in any order that it allows', async () => {
    const database = target()
    const seen: RunEvent[] = []
    const { findings, tables } = await restoreInto(database, {
      createDatabase: true,
      onEvent: (event) => seen.push(event),
    })
    expect(findings).toEqual([])
    expect(tables.map(({ rows, expectedRows }) => rows === expectedRows)).not.toContain(false)
    expect((await compareDatabases(server, source, database)).differences).toEqual([])
    const analyzed = await server.query("SELECT reltuples FROM pg_class WHERE relname = 'a'", database)
    expect(analyzed.rows).toEqual([{ reltuples: 3000 }])
    await untilNoConnection(server)
  })

  test('an event trigger on login does not fire for those who read it back', async () => {
    const from = await databaseWith(
      server,
      `CREATE TABLE logins (who text);
       CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.logins VALUES (session_user); END $$;
       CREATE EVENT TRIGGER notes ON login EXECUTE FUNCTION note(); ALTER EVENT TRIGGER notes ENABLE ALWAYS;
       COMMENT ON EVENT TRIGGER notes IS 'who came'`,
    )
    const dump = path.join(await tempFolder(), 'logins.dump')
    await backup({ engine: engineFor(server, from), to: file(dump) })
    const database = target()
    const engine = engineFor(server, database)
    const { findings } = await restore({ engine, from: file(dump), createDatabase: true, jobs: 2 })
    expect(findings).toEqual([])
    const { rows } = await server.query('SELECT evtname AS name, evtenabled AS enabled FROM pg_event_trigger', database)
    expect(rows).toEqual([{ name: 'notes', enabled: 'A' }])
  })

  test('a custom archive whose data are not indexed, and one from a pipe', async () => {
    const dump = path.join(await tempFolder(), 'shop.dump')
    await backup({ engine: engineFor(server, source), to: file(dump) })
    for (const from of [file(dump), createReadStream(dump)]) {
      const database = target()
      await restore({ engine: engineFor(server, database), from, createDatabase: true })
      expect((await compareDatabases(server, source, database)).differences).toEqual([])
    }
  })

  test('of a plain dump, a pipe or in one transaction there is one connection', async () => {
    const plain = path.join(await tempFolder(), 'shop.sql')
    await backup({ engine: engineFor(server, source), to: file(plain) })
    const database = await databaseWith(server, 'SELECT 1')
    const engine = engineFor(server, database)
    for (const restoring of [
      () => restore({ engine, from: file(plain), jobs: 2 }),
      () => restore({ engine, from: (async function* () {})(), jobs: 2 }),
      () => restoreInto(database, { singleTransaction: true }),
    ])
      await expect(restoring()).rejects.toMatchObject({ code: 'USAGE.OPTIONS' })
    expect(await objectsIn(database)).toEqual([])
  })
})

describe('before the first statement', () => {
  test('everything that is in the way is told, of every kind', async () => {
    const database = await databaseWith(
      server,
      `CREATE SCHEMA app; CREATE TABLE app.a (); CREATE FUNCTION app.tell() RETURNS int LANGUAGE sql AS 'SELECT 1';
       CREATE TYPE app.mood AS (x int); SELECT lo_create(4712)`,
    )
    const before = await objectsIn(database)
    const error = await rejection(restoreInto(database))
    expect(error).toMatchObject({ code: 'REFUSED.EXISTS' })
    for (const name of ['app.a', 'the function app.tell()', 'app.mood', 'the schema app', 'the large object 4712'])
      expect((error as Error).message).toContain(name)
    expect((error as Error).message).not.toContain('app.b')
    expect(await objectsIn(database)).toEqual(before)
  })

  test.each([
    ['one byte of its rows differs', flip, 'DAMAGE.HASH'],
    ['rows are missing', (location: string) => rm(location), 'DAMAGE.MISSING'],
    ['rows are cut', async (at: string) => writeFile(at, (await readFile(at)).subarray(0, -9)), 'DAMAGE.SIZE'],
  ])('a folder is refused when %s', async (_, damage, code) => {
    const copy = await copied()
    await damage(await copy.largest())
    const database = await databaseWith(server, 'SELECT 1')
    const from = file(copy.folder)
    await expect(restoreInto(database, { from })).rejects.toMatchObject({ code })
    expect(await objectsIn(database)).toEqual([])
    if (code === 'DAMAGE.HASH') return
    // What can be told without reading is told of other places too.
    await expect(restoreInto(database, { from: remote(from) })).rejects.toMatchObject({ code })
    expect(await objectsIn(database)).toEqual([])
  })
})

describe('at the first error', () => {
  test('in rows from elsewhere: it names them, and what exists by then', async () => {
    const copy = await copied()
    await flip(await copy.largest())
    const database = await databaseWith(server, 'SELECT 1')
    const seen: RunEvent[] = []
    const restoring = restoreInto(database, { from: remote(file(copy.folder)), onEvent: (event) => seen.push(event) })
    const error = await rejection(restoring)
    if (!isPgarkError(error)) throw error
    expect(error.code).toMatch(/^(DAMAGE|ARCHIVE)\./)
    expect(error.meta).toMatchObject({ entry: { kind: 'TABLE DATA', schema: 'app', name: 'a' } })
    const warning = seen.find((event) => event.type === 'warning' && event.code === 'RESTORE.INCOMPLETE')
    expect(warning).toMatchObject({ hint: expect.stringContaining('DROP SCHEMA app CASCADE;') })
    await untilNoConnection(server)
    const { remove } = (error.meta as { exists: { remove: string[] } }).exists
    for (const statement of remove) await server.query(statement, database)
    expect(await objectsIn(database)).toEqual([])
  })

  test('of a COPY: the others are stopped, and a database that was made for it is gone', async () => {
    const name = await databaseWith(server, `${schema}; ALTER EVENT TRIGGER stops DISABLE`)
    await server.query(
      'ALTER TABLE app.checked DROP CONSTRAINT positive; INSERT INTO app.checked VALUES (-7777777);' +
        'ALTER TABLE app.checked ADD CONSTRAINT positive CHECK (id > 0) NOT VALID',
      name,
    )
    // A check that is not valid comes after rows; made valid in the catalogue it comes before them.
    await server.query("UPDATE pg_constraint SET convalidated = true WHERE conname = 'positive'", name)
    const to = file(path.join(await tempFolder(), 'broken'))
    const { id: broken } = await backup({ engine: engineFor(server, name), to })
    const database = target()
    const error = await rejection(restoreInto(database, { from: to, id: broken, createDatabase: true }))
    expect(error).toMatchObject({
      code: 'RESTORE.STATEMENT',
      message: expect.stringMatching(
        /^In row 101 of TABLE DATA app\.checked: COPY "app"."checked" failed, the restore was stopped/,
      ),
      meta: { entry: { kind: 'TABLE DATA', schema: 'app', name: 'checked' }, sqlstate: '23514' },
    })
    expect((error as Error).message).not.toContain('7777777')
    const { rowCount } = await server.query(`SELECT FROM pg_database WHERE datname = '${database}'`)
    expect(rowCount).toBe(0)
    await untilNoConnection(server)
  })

  test('of a key, whose index is built beside others: it is told by its name', async () => {
    const from = await databaseWith(server, 'CREATE TABLE t (id int PRIMARY KEY, x int); CREATE INDEX ON t (x)')
    const to = file(path.join(await tempFolder(), 'doubled'))
    const keyed = await backup({ engine: engineFor(server, from), to })
    const database = await databaseWith(server, 'SELECT 1')
    await restoreInto(database, { from: to, id: keyed.id, sections: ['pre-data', 'data'] })
    await server.query('INSERT INTO t VALUES (1), (1)', database)
    await expect(restoreInto(database, { from: to, id: keyed.id, sections: ['post-data'] })).rejects.toMatchObject({
      code: 'RESTORE.STATEMENT',
      meta: { entry: { kind: 'CONSTRAINT', schema: 'public', name: 't t_pkey' }, sqlstate: '23505' },
    })
  })

  test('a connection that the server ends ends them all', async () => {
    const database = await databaseWith(server, 'SELECT 1')
    const { client } = await openSession(server)
    const copying = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}' AND query LIKE 'COPY%'`
    const untilKilled = async () => {
      while (!(await client.query(copying)).rowCount);
    }
    let killed: Promise<void> | undefined
    // Rows that come to no end before the server has ended the session.
    const slow = (from: Exporter): Exporter => ({
      ...from,
      async *read(key, options) {
        for await (const chunk of from.read(key, options)) {
          yield chunk
          if (!/\d\.dat/.test(key)) continue
          killed ??= untilKilled()
          await killed
        }
      },
    })
    const error = await rejection(restoreInto(database, { through: (from) => slow(remote(from)) }))
    expect(error).toMatchObject({ code: 'ENGINE.CONNECTION_LOST', retryable: true })
    await untilNoConnection(server)
  })

  test('a signal ends them all', async () => {
    const database = await databaseWith(server, 'SELECT 1')
    const stop = new AbortController()
    const onEvent = (event: RunEvent) => {
      if (event.type === 'table' && event.state === 'started') stop.abort(new Error('enough'))
    }
    await expect(restoreInto(database, { signal: stop.signal, onEvent })).rejects.toThrow('enough')
    await untilNoConnection(server)
  })
})

describe('parts of an archive', () => {
  test('sections, one after the other, are the whole', async () => {
    const database = await databaseWith(server, 'SELECT 1')
    for (const section of ['pre-data', 'data', 'post-data'] as const)
      await restoreInto(database, { sections: [section] })
    expect((await compareDatabases(server, source, database)).differences).toEqual([])
  })

  test('rows alone, in the order that foreign keys of the target ask for', async () => {
    const tables = 'CREATE TABLE child (id int, p int); CREATE TABLE parent (id int PRIMARY KEY);'
    const key = 'ALTER TABLE child ADD FOREIGN KEY (p) REFERENCES parent'
    const rows =
      'INSERT INTO child SELECT n, n FROM generate_series(1, 999) n; INSERT INTO parent SELECT generate_series(1, 999)'
    const from = await databaseWith(server, `${tables}; ${rows}`)
    const to = file(path.join(await tempFolder(), 'rows'))
    const made = await backup({ engine: engineFor(server, from), to })
    const database = await databaseWith(server, `${tables}; ${key}`)
    expect(await restoreInto(database, { from: to, id: made.id, dataOnly: true })).toMatchObject({ rows: 1998 })
  })

  test('a table with what it needs; only its rows are read, and what is left out is told', async () => {
    const database = await databaseWith(server, 'SELECT 1')
    const read: string[] = []
    const counted = (from: Exporter): Exporter => ({
      ...from,
      read(key, options) {
        read.push(key)
        return from.read(key, options)
      },
    })
    const result = await restoreInto(database, { tables: ['app.a'], through: (from) => counted(remote(from)) })
    expect(result.tables).toMatchObject([{ schema: 'app', name: 'a', rows: 3000, expectedRows: 3000 }])
    expect(result.findings).toEqual([
      expect.objectContaining({
        severity: 'info',
        code: 'RESTORE.LEFT_OUT',
        message: expect.stringContaining('FK CONSTRAINT app.a a_b_id_fkey'),
      }),
    ])
    expect(read.filter((key) => /\/(\d+\.dat|blob)/.test(key))).toHaveLength(1)
    expect(await objectsIn(database)).toEqual(expect.arrayContaining(['a', 'a Unique', 'a_note_idx', 'a_pkey', 'late']))
    expect(await objectsIn(database)).not.toContain('b')
  })

  test('without a table goes what cannot be without it; without its rows it stays', async () => {
    const database = await databaseWith(server, 'SELECT 1')
    const options = { excludeTables: ['b'], excludeTableData: ['app.parts*'] }
    const { tables, findings } = await restoreInto(database, options)
    expect(tables.map(({ name }) => name).sort()).toEqual(['a', 'checked', 'log'])
    expect(findings.map(({ message }) => message).join('\n')).toMatch(/VIEW app\.v is left out/)
    expect(await objectsIn(database)).toEqual(expect.arrayContaining(['m2', 'parts_1']))
    await expect(restoreInto(database, { tables: ['app.aa'] })).rejects.toMatchObject({
      code: 'USAGE.SELECTION',
      hint: expect.stringContaining('app.a'),
    })
  })

  test('in one transaction too', async () => {
    const database = await databaseWith(server, 'SELECT 1')
    const { tables } = await restoreInto(database, { tables: ['app.a'], singleTransaction: true, jobs: 1 })
    expect(tables).toMatchObject([{ schema: 'app', name: 'a', rows: 3000 }])
  })
})
