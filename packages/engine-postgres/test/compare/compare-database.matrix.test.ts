import { file, isPgarkError, verify } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PostgresOptions } from '../../src/options.ts'
import { rejection } from '../restore/target.ts'
import {
  type connected,
  databaseWith,
  engineFor,
  openSession,
  prepare,
  untilNoConnection,
  untilSomeoneWaits,
} from '../snapshot/run-backup.ts'

const schema = `
  CREATE TABLE items (id int PRIMARY KEY, note text, price numeric, at timestamptz, code bytea, of float8);
  INSERT INTO items SELECT i, 'note ' || i, i / 7.0, '2026-01-01'::timestamptz + i * interval '1 hour', int4send(i), i / 3.0
    FROM generate_series(1, 200) i;
  INSERT INTO items (id, note) VALUES (500, ''), (501, NULL), (502, 'NULL');
  CREATE TABLE large AS SELECT i AS id, md5(i::text) || repeat('x', 60) AS note FROM generate_series(1, 100000) i;
  CREATE TABLE others (LIKE items);
  CREATE TABLE without_columns ();
  INSERT INTO without_columns SELECT FROM generate_series(1, 3);
  CREATE TYPE mood AS ENUM ('bad', 'good', 'best');
  CREATE TABLE moods (feeling mood NOT NULL, note text) PARTITION BY HASH (feeling);
  CREATE TABLE moods_0 PARTITION OF moods FOR VALUES WITH (MODULUS 2, REMAINDER 0);
  CREATE TABLE moods_1 (note text, feeling mood NOT NULL);
  ALTER TABLE moods ATTACH PARTITION moods_1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
  INSERT INTO moods SELECT f, f || ' ' || i FROM unnest(enum_range(NULL::mood)) f, generate_series(1, 10) i;
  CREATE SEQUENCE counter; SELECT setval('counter', 42);
  CREATE SEQUENCE unused;
  SELECT lo_from_bytea(4711, 'large'), lo_from_bytea(4712, '\\x00ff'), lo_create(4713)`

let server: TestServer
let source: string
beforeAll(async () => {
  server = await startServer(17, { settings: { autovacuum: 'off' } })
  source = await databaseWith(server, schema)
})
afterAll(() => server.stop())

async function storedIn(format: string): Promise<{ from: ReturnType<typeof file>; id?: string }> {
  const { start, location } = await prepare(server, source, { format })
  const { id } = await start()
  const from = file(location)
  return from.objectKey === undefined ? { from, id } : { from }
}

/** What is different in another database, as `code: message`. */
async function differences(database: string, format = 'plain', options: PostgresOptions = {}): Promise<string[]> {
  const { findings } = await verify({
    engine: engineFor(server, database, options),
    against: true,
    ...(await storedIn(format)),
  })
  return findings.map(({ code, message }) => `${code}: ${message}`)
}

/** A copy of the source, made by the server, after those statements. */
async function copyWith(sql: string): Promise<string> {
  const copy = await databaseWith(server, 'SELECT 1')
  await server.query(`DROP DATABASE ${copy}`)
  await server.query(`CREATE DATABASE ${copy} TEMPLATE ${source}`)
  await server.query(sql, copy)
  return copy
}

describe('equal', () => {
  test.each(['plain', 'custom', 'directory'])('the source itself (%s)', async (format) => {
    expect(await differences(source, format)).toEqual([])
  })
  test.each([
    [
      'rows in another order, where other rows were',
      'UPDATE items SET note = note WHERE id % 3 = 0; UPDATE large SET id = id WHERE id < 500',
    ],
    [
      'more tables, columns and sequences',
      'CREATE TABLE more (x int); ALTER TABLE items ADD extra int DEFAULT 1; CREATE SEQUENCE another',
    ],
    [
      'rows in other partitions, as after a restore',
      `ALTER TABLE moods DETACH PARTITION moods_0; ALTER TABLE moods DETACH PARTITION moods_1;
       CREATE TABLE moods_2 PARTITION OF moods FOR VALUES WITH (MODULUS 1, REMAINDER 0);
       INSERT INTO moods SELECT feeling, note FROM moods_0 UNION ALL SELECT feeling, note FROM moods_1;
       TRUNCATE moods_0, moods_1`,
    ],
  ])('%s', async (_, sql) => {
    expect(await differences(await copyWith(sql))).toEqual([])
  })
  test('whatever the database and the role have set', async () => {
    const copy = await copyWith('SELECT 1')
    for (const setting of [
      "datestyle = 'German, DMY'",
      "timezone = 'Asia/Kolkata'",
      "bytea_output = 'escape'",
      'extra_float_digits = -15',
      "client_encoding = 'LATIN1'",
      "search_path = 'nowhere'",
    ])
      await server.query(`ALTER DATABASE ${copy} SET ${setting}`)
    expect(await differences(copy)).toEqual([])
  })
})

describe('different', () => {
  const notTheSame = (table: string, rows: number) =>
    `COMPARE.DIGEST: public.${table} has ${rows} rows as the backup has, but not the same ones.`
  test.each([
    ['one changed byte in one row', "UPDATE items SET note = 'note 8' WHERE id = 7", notTheSame('items', 203)],
    [
      'one in the last row of a table that is read in ranges',
      "UPDATE large SET note = overlay(note PLACING '-' FROM 9) WHERE id = 100000",
      notTheSame('large', 100_000),
    ],
    [
      'a number by less than is usually shown',
      'UPDATE items SET of = of + 1e-16 WHERE id = 1',
      notTheSame('items', 203),
    ],
    [
      'values of two rows swapped',
      'UPDATE items i SET note = o.note FROM items o WHERE (i.id, o.id) IN ((3, 4), (4, 3))',
      notTheSame('items', 203),
    ],
    [
      'values of two columns swapped',
      'UPDATE items SET note = id WHERE id = 3; UPDATE items SET id = 9999 WHERE id = 3',
      notTheSame('items', 203),
    ],
    ['NULL for an empty text', 'UPDATE items SET note = NULL WHERE id = 500', notTheSame('items', 203)],
    ['a text for NULL that looks like it', "UPDATE items SET note = '\\N' WHERE id = 501", notTheSame('items', 203)],
    [
      'one row lost, another doubled',
      'DELETE FROM large WHERE id = 17; INSERT INTO large SELECT * FROM large WHERE id = 18',
      notTheSame('large', 100_000),
    ],
    [
      'a lost row',
      'DELETE FROM items WHERE id = 7',
      'COMPARE.ROW_COUNT: public.items has 202 rows, the backup has 203.',
    ],
    [
      'a doubled row',
      'INSERT INTO large SELECT * FROM large WHERE id = 5',
      'COMPARE.ROW_COUNT: public.large has 100001 rows, the backup has 100000.',
    ],
    [
      'a row without columns more',
      'INSERT INTO without_columns SELECT',
      'COMPARE.ROW_COUNT: public.without_columns has 4 rows, the backup has 3.',
    ],
    ['a table that is gone', 'DROP TABLE large', 'COMPARE.ROW_COUNT: public.large is missing, the backup has it.'],
    [
      'a table that is a view',
      'ALTER TABLE large RENAME TO small; CREATE VIEW large AS TABLE small',
      'COMPARE.ROW_COUNT: public.large is missing, the backup has it.',
    ],
    [
      'columns that are gone',
      'ALTER TABLE items DROP note; ALTER TABLE items RENAME price TO cost',
      'COMPARE.COLUMNS: public.items has no column note, price, the backup has.',
    ],
    [
      'a column that is computed now',
      "ALTER TABLE items DROP code; ALTER TABLE items ADD code bytea GENERATED ALWAYS AS ('x') STORED",
      'COMPARE.COLUMNS: public.items has no column code, the backup has.',
    ],
    [
      'a row changed in a tree of partitions',
      "UPDATE moods SET note = 'other' WHERE note = 'bad 3'",
      notTheSame('moods', 30),
    ],
    [
      'a sequence that moved',
      "SELECT nextval('counter')",
      'COMPARE.SEQUENCE: The sequence public.counter has another value than in the backup.',
    ],
    [
      'a sequence whose first value was taken',
      "SELECT nextval('unused')",
      'COMPARE.SEQUENCE: The sequence public.unused has another value than in the backup.',
    ],
    [
      'a sequence that is gone',
      'DROP SEQUENCE unused',
      'COMPARE.SEQUENCE: The sequence public.unused is missing, the backup has it.',
    ],
    [
      'a changed large object',
      "SELECT lo_put(4711, 2, 'R')",
      'COMPARE.LARGE_OBJECTS: The database has 3 large objects as the backup has, but not the same ones.',
    ],
    [
      'a large object under another id',
      "SELECT lo_unlink(4711), lo_from_bytea(4714, 'large')",
      'COMPARE.LARGE_OBJECTS: The database has 3 large objects as the backup has, but not the same ones.',
    ],
    [
      'a lost large object, which was empty',
      'SELECT lo_unlink(4713)',
      'COMPARE.LARGE_OBJECTS: The database has 2 large objects, the backup has 3.',
    ],
  ])('%s', async (_, sql, expected) => {
    expect(await differences(await copyWith(sql))).toEqual([expected])
  })
  test('all of them are told', async () => {
    const copy = await copyWith("DELETE FROM items; DROP TABLE large; SELECT nextval('counter'), lo_unlink(4711)")
    expect(await differences(copy)).toHaveLength(4)
  })
})

test('a backup of some tables says nothing of large objects', async () => {
  const { start, location } = await prepare(server, source, { tables: ['items'] })
  await start()
  const engine = engineFor(server, await copyWith('SELECT lo_unlink(4711); DELETE FROM large'))
  expect(await verify({ engine, from: file(location), against: true })).toMatchObject({ ok: true, findings: [] })
})

describe('while others write', () => {
  /** Runs the comparison until a connection of its waits for a lock that the test itself holds on a table. */
  async function whileWaiting(
    act: (holder: Awaited<ReturnType<typeof connected>>, waiting: number) => Promise<unknown>,
    signal?: AbortSignal,
  ) {
    const copy = await copyWith('SELECT 1')
    const stored = await storedIn('plain')
    const holder = await openSession(server, copy)
    const { client: observer } = await openSession(server)
    await holder.client.query('BEGIN; LOCK TABLE others IN ACCESS EXCLUSIVE MODE')
    const outcome = verify({ engine: engineFor(server, copy), against: true, ...stored, ...(signal && { signal }) })
    outcome.catch(() => {})
    await act(holder.client, await untilSomeoneWaits(observer))
    return await outcome
  }

  test('what they commit meanwhile is not seen by any connection', async () => {
    const { findings } = await whileWaiting((holder) =>
      holder.query("DELETE FROM items; UPDATE large SET note = ''; INSERT INTO others VALUES (1); COMMIT"),
    )
    expect(findings).toEqual([])
  })
  test('a connection that is lost ends it with an error, and leaves none', async () => {
    const error = await rejection(whileWaiting((_, waiting) => server.query(`SELECT pg_terminate_backend(${waiting})`)))
    expect(isPgarkError(error) && error.code).toMatch(/^ENGINE\./)
    await untilNoConnection(server)
  })
  test('stopped, it leaves no connection', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const stop = async () => controller.abort(reason)
    expect(await rejection(whileWaiting(stop, controller.signal))).toBe(reason)
    await untilNoConnection(server)
  })
})

test('a table that may not be read ends it, naming the table', async () => {
  const copy = await copyWith('SELECT 1')
  await server.query(`CREATE ROLE guest LOGIN; GRANT pg_read_all_settings TO guest`, copy)
  const error = await rejection(differences(copy, 'plain', { user: 'guest' }))
  expect(error).toMatchObject({ code: 'ENGINE.COMPARE', message: expect.stringMatching(/public\.\w+/) })
})
