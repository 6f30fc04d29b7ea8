import path from 'node:path'
import { backup, file, type RestoreOptions, restore } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { postgres } from '../../src/index.ts'
import { databaseWith, prepare, tempFolder } from '../snapshot/run-backup.ts'

const tables = `
  CREATE TABLE items (id int, price numeric, at timestamptz);
  CREATE TABLE parted (id int, kind text) PARTITION BY LIST (kind);
  CREATE TABLE parted_a PARTITION OF parted FOR VALUES IN ('a');
  CREATE TABLE parted_b PARTITION OF parted FOR VALUES IN ('b');
  CREATE SEQUENCE numbers`
const content = `
  INSERT INTO items SELECT i, i / 7.0, timestamptz '2026-01-01' + i * interval '1 hour' FROM generate_series(1, 500) i;
  INSERT INTO parted SELECT i, CASE i % 2 WHEN 0 THEN 'a' ELSE 'b' END FROM generate_series(1, 100) i;
  SELECT setval('numbers', 77)`

let server: TestServer
beforeAll(async () => {
  server = await startServer(17)
  await server.query('CREATE ROLE writer LOGIN')
  await server.createDatabase('source')
  await server.query(`${tables}; ${content}`, 'source')
})
afterAll(() => server.stop())

/** A backup of the source in that format, into a folder that lives as long as the test. */
async function backupOf(format: string): Promise<Pick<RestoreOptions, 'from' | 'id'>> {
  const { start, location } = await prepare(server, 'source', { format })
  const { id } = await start()
  const from = file(location)
  return from.objectKey === undefined ? { from, id } : { from }
}

async function restoredInto(database: string, options: Partial<RestoreOptions>, format: string, user = 'postgres') {
  const url = new URL(server.url(database))
  url.username = user
  return await restore({ engine: postgres(url.href), ...(await backupOf(format)), ...options }).catch((error) => error)
}

// Memory of what was read is used again while rows are on their way.
test.each([
  { name: 'large.sql' },
  { name: 'large.sql.gz' },
  { name: 'large.sql.zst' },
  { name: 'large.dump', compression: 'none' },
  { name: 'large.dump', compression: 'gzip' },
  { name: 'large.dump', compression: 'zstd' },
  { name: 'folder', compression: 'none' },
  { name: 'folder', compression: 'gzip' },
  { name: 'folder', compression: 'zstd' },
] as const)('rows of several MB: $name $compression', async ({ name, ...compression }) => {
  const rows = 'SELECT i AS id, md5(i::text) || md5((i + 1)::text) AS text FROM generate_series(1, 60000) i'
  const source = await databaseWith(server, `CREATE TABLE large AS ${rows}`)
  const stored = file(path.join(await tempFolder(), name))
  const { id } = await backup({ engine: postgres(server.url(source)), to: stored, ...compression })
  const target = await databaseWith(server, 'SELECT 1')
  const engine = postgres(server.url(target))
  const result = await restore({ engine, from: stored, ...(stored.objectKey === undefined && { id }) })
  expect(result.findings).toEqual([])
  expect((await server.query(`SELECT * FROM large EXCEPT (${rows})`, target)).rows).toEqual([])
})

describe.each(['plain', 'custom', 'directory'])('%s', (format) => {
  test('a whole restore is the same as the backup', async () => {
    const database = await databaseWith(server, 'SELECT 1')
    expect((await restoredInto(database, {}, format)).findings).toEqual([])
  })

  test('into tables that have rows: what was there and the backup is what is there now', async () => {
    const database = await databaseWith(
      server,
      `${tables}; INSERT INTO items VALUES (1, 1, now()), (2, 2, now()); INSERT INTO parted VALUES (7, 'a')`,
    )
    const result = await restoredInto(database, { dataOnly: true }, format)
    expect(result.findings).toEqual([])
    const { rows } = await server.query('SELECT count(*)::int AS items FROM items', database)
    expect(rows).toEqual([{ items: 502 }])
  })

  test('a trigger of the target that changes a value, but not how many rows there are', async () => {
    const database = await databaseWith(
      server,
      `${tables};
       CREATE FUNCTION cheaper() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.id = 33 THEN NEW.price := 0; END IF; RETURN NEW; END';
       CREATE TRIGGER cheaper BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION cheaper()`,
    )
    const result = await restoredInto(database, { dataOnly: true }, format)
    const message = 'public.items has 500 rows as the backup has, but not the same ones.'
    if (format === 'plain')
      expect(result).toMatchObject({ code: 'DAMAGE.DIGEST', message: `${message}\nEverything was rolled back.` })
    else expect(result.findings).toEqual([{ severity: 'error', code: 'COMPARE.DIGEST', message }])
    const { rows } = await server.query('SELECT count(*)::int AS items FROM items', database)
    expect(rows).toEqual([{ items: format === 'plain' ? 0 : 500 }])
    const unread = await databaseWith(server, tables)
    expect((await restoredInto(unread, { dataOnly: true, verify: false }, format)).findings).toEqual([])
  })

  test('a role that may write rows and not read them is told so', async () => {
    const database = await databaseWith(
      server,
      `${tables}; GRANT INSERT ON ALL TABLES IN SCHEMA public TO writer; GRANT ALL ON SEQUENCE numbers TO writer`,
    )
    const result = await restoredInto(database, { dataOnly: true, noOwner: true }, format, 'writer')
    expect(result.findings).toMatchObject([{ severity: 'warning', code: 'RESTORE.NOT_COMPARED' }])
    const { rows } = await server.query('SELECT count(*)::int AS items FROM items', database)
    expect(rows).toEqual([{ items: 500 }])
  })

  test('into a database that has large objects: what was there and the backup is what is there now', async () => {
    const from = await databaseWith(
      server,
      "CREATE TABLE t AS SELECT 1 AS id; SELECT lo_from_bytea(77, 'of the backup')",
    )
    const { start, location } = await prepare(server, from, { format })
    const { id } = await start()
    const to = file(location)
    const into = async (sql: string) => {
      const database = await databaseWith(
        server,
        `CREATE TABLE t (id int); SELECT lo_from_bytea(5, 'of the target'); ${sql}`,
      )
      const which = to.objectKey === undefined ? { id } : {}
      const how = { dataOnly: true, singleTransaction: false }
      return (await restore({ engine: postgres(server.url(database)), from: to, ...which, ...how })).findings
    }
    expect(await into('')).toEqual([])
    const spoils = `CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM lo_put(5, 0, 'x'); RETURN NEW; END $$;
      CREATE TRIGGER spoil BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION spoil()`
    expect(await into(spoils)).toMatchObject([
      {
        code: 'COMPARE.LARGE_OBJECTS',
        message: 'The database has gained 1 large object as the backup has, but not the same ones.',
      },
    ])
  })
})
