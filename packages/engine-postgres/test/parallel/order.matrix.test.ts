import path from 'node:path'
import { backup, file, type RestoreOptions, restore } from '@pgark/core'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith, engineFor, tempFolder } from '../snapshot/run-backup.ts'

/** A trigger that changes rows would be seen in them. */
const partitioned = `
  CREATE TABLE ev (id int, d int, v text) PARTITION BY LIST (d);
  CREATE TABLE ev_1 PARTITION OF ev FOR VALUES IN (1) PARTITION BY HASH (id);
  CREATE TABLE ev_1a PARTITION OF ev_1 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
  CREATE TABLE ev_1b PARTITION OF ev_1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
  CREATE TABLE ev_2 PARTITION OF ev FOR VALUES IN (2);
  INSERT INTO ev SELECT n, 1 + n % 2, 'x' FROM generate_series(1, 3000) n;
  CREATE FUNCTION loud() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.v = new.v || '!'; RETURN new; END $$;
  CREATE TRIGGER loud BEFORE INSERT ON ev FOR EACH ROW EXECUTE FUNCTION loud();`
const allJobs = [1, 2, 4]

describe.each([14, 18] as const)('PostgreSQL %i', (major) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer(major)
  })
  afterAll(() => server.stop())

  const backedUp = async (source: string) => {
    const folder = path.join(await tempFolder(), 'backups')
    const { id } = await backup({ engine: engineFor(server, source), to: file(folder) })
    return async (options: Partial<RestoreOptions>) => {
      const target = await databaseWith(server, '')
      await restore({ engine: engineFor(server, target), from: file(folder), id, ...options })
      return target
    }
  }

  test('triggers of a partitioned table do not change the rows of its partitions', async () => {
    const source = await databaseWith(server, partitioned)
    const restored = await backedUp(source)
    for (const jobs of allJobs)
      expect((await compareDatabases(server, source, await restored({ jobs }))).differences).toEqual([])
    for (const table of ['ev_1', 'ev_1a', 'ev']) {
      const target = await restored({ jobs: 4, tables: [table] })
      expect((await server.query('SELECT DISTINCT v FROM ev', target)).rows).toEqual([{ v: 'x' }])
    }
  })

  test('checks that are not valid do not meet the rows of partitions and children', async () => {
    // The largest table comes first; what belongs to the parent, before its smaller child.
    const source = await databaseWith(
      server,
      `CREATE TABLE largest AS SELECT n FROM generate_series(1, 100000) n;
       CREATE TABLE parent (id int); CREATE TABLE child (more int) INHERITS (parent);
       INSERT INTO parent SELECT n FROM generate_series(5001, 8000) n; INSERT INTO child SELECT n FROM generate_series(1, 100) n;
       ALTER TABLE parent ADD CONSTRAINT large CHECK (id > 5000) NOT VALID;
       ${partitioned} ALTER TABLE ev ADD CONSTRAINT large CHECK (id > 5000) NOT VALID`,
    )
    const restored = await backedUp(source)
    for (const jobs of allJobs)
      expect((await compareDatabases(server, source, await restored({ jobs }))).differences).toEqual([])
  })

  test.each(['ev_1', 'ev_1a', 'ev_2'])(
    'a trigger that is disabled on the partition %s is so again',
    async (partition) => {
      const source = await databaseWith(server, `${partitioned} ALTER TABLE ${partition} DISABLE TRIGGER loud`)
      const restored = await backedUp(source)
      for (const jobs of allJobs)
        expect((await compareDatabases(server, source, await restored({ jobs }))).differences).toEqual([])
    },
  )

  test('what calls functions is made when the tables that these read have their rows', async () => {
    const source = await databaseWith(
      server,
      `CREATE TABLE rates (code int, rate int); CREATE TABLE items (id int, code int); CREATE TABLE single (id int, code int);
       INSERT INTO rates SELECT n, n * 10 FROM generate_series(1, 5) n;
       INSERT INTO items SELECT n, 1 + n % 5 FROM generate_series(1, 5000) n; INSERT INTO single SELECT n, n FROM generate_series(1, 5) n;
       CREATE FUNCTION rate(code int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT rate FROM public.rates r WHERE r.code = $1 $$;
       CREATE INDEX by_rate ON items (rate(code)); CREATE INDEX dear ON items (id) WHERE rate(code) > 20;
       ALTER TABLE single ADD CONSTRAINT once EXCLUDE USING btree (rate(code) WITH =)`,
    )
    const restored = await backedUp(source)
    for (const jobs of allJobs) {
      const target = await restored({ jobs })
      expect((await compareDatabases(server, source, target)).differences).toEqual([])
      // Through the indexes, whatever the planner thinks of them.
      await server.query(`ALTER DATABASE ${target} SET enable_seqscan = off`)
      for (const [counted, count] of [
        ['items WHERE rate(code) = 30', 1000],
        ['items WHERE rate(code) > 20 AND id > 0', 3000],
        ['single WHERE rate(code) > 0', 5],
      ])
        expect((await server.query(`SELECT count(*)::int FROM ${counted}`, target)).rows).toEqual([{ count }])
    }
  })
})
