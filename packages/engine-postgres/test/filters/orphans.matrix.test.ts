import { type Contents, type FilterInput, isPgarkError, type PgarkError, type RunEvent, sql } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rejection } from '../restore/target.ts'
import { databaseWith, expectNothingLeft, prepare, type Run, restored } from '../snapshot/run-backup.ts'

/** 100 customers of whom 50 are vip, each with ten orders; every tenth order has no customer. */
const shop = `
  CREATE TABLE customers (id int PRIMARY KEY, vip bool NOT NULL);
  INSERT INTO customers SELECT i, i % 2 = 0 FROM generate_series(1, 100) i;`
const orders = (more: string) => `
  CREATE TABLE orders (id int PRIMARY KEY, customer int ${more});
  INSERT INTO orders SELECT i, CASE WHEN i % 10 <> 0 THEN (i - 1) % 100 + 1 END FROM generate_series(1, 1000) i;`

interface Case {
  readonly sql: string
  readonly run: Run & { readonly filters: Record<string, FilterInput> }
  /** Constraints with the number of rows that refer to nothing, by hand. */
  readonly orphans: Readonly<Record<string, number>>
}

/** Of the 900 orders with a customer, the 500 with one of odd number and none of even number ending in 0: 400 stay. */
const vip = { customers: sql`vip` }
const cases: Readonly<Record<string, Case>> = {
  'a filtered table that others refer to': {
    sql: shop + orders('CONSTRAINT of REFERENCES customers'),
    run: { filters: vip },
    orphans: { of: 500 },
  },
  "rows that the child's own filter leaves out do not count": {
    sql: shop + orders('CONSTRAINT of REFERENCES customers'),
    run: { filters: { ...vip, orders: sql`id <= 100` } },
    orphans: { of: 50 },
  },
  'a child filtered by what is kept has none': {
    sql: shop + orders('CONSTRAINT of REFERENCES customers'),
    run: { filters: { ...vip, orders: sql`customer IN (SELECT id FROM customers WHERE vip)` } },
    orphans: {},
  },
  'a filter on the child alone has none': {
    sql: shop + orders('CONSTRAINT of REFERENCES customers'),
    run: { filters: { orders: sql`id > 990` } },
    orphans: {},
  },
  'deferrable keys are checked when they are made, too': {
    sql: shop + orders('CONSTRAINT of REFERENCES customers DEFERRABLE INITIALLY DEFERRED'),
    run: { filters: vip },
    orphans: { of: 500 },
  },
  'a key that is NOT VALID is not checked by a restore either': {
    sql: `${shop + orders('')} ALTER TABLE orders ADD CONSTRAINT of FOREIGN KEY (customer) REFERENCES customers NOT VALID`,
    run: { filters: vip },
    orphans: {},
  },
  'composite keys, partly null': {
    sql: `CREATE TABLE places (a int, b text, PRIMARY KEY (a, b));
      INSERT INTO places SELECT i, 'x' FROM generate_series(1, 10) i;
      CREATE TABLE visits (b text, a int, CONSTRAINT "to" FOREIGN KEY (a, b) REFERENCES places (a, b));
      INSERT INTO visits SELECT CASE WHEN i % 2 = 0 THEN 'x' END, i FROM generate_series(1, 10) i`,
    run: { filters: { places: sql`a > 4` } },
    orphans: { to: 2 },
  },
  'MATCH FULL': {
    sql: `CREATE TABLE places (a int, b text, PRIMARY KEY (a, b));
      INSERT INTO places SELECT i, 'x' FROM generate_series(1, 10) i;
      CREATE TABLE visits (a int, b text, CONSTRAINT "to" FOREIGN KEY (a, b) REFERENCES places MATCH FULL);
      INSERT INTO visits SELECT i, 'x' FROM generate_series(1, 10) i; INSERT INTO visits VALUES (NULL, NULL)`,
    run: { filters: { places: sql`a > 4` } },
    orphans: { to: 4 },
  },
  'a table that refers to itself': {
    sql: `CREATE TABLE staff (id int PRIMARY KEY, boss int CONSTRAINT boss REFERENCES staff);
      INSERT INTO staff SELECT i, nullif(i - 1, 0) FROM generate_series(1, 10) i`,
    run: { filters: { staff: sql`id > 5` } },
    orphans: { boss: 1 },
  },
  'columns of other types than those they refer to, and collations': {
    sql: `CREATE TABLE t (id bigint UNIQUE, name text COLLATE "C" UNIQUE); INSERT INTO t SELECT i, 'n' || i FROM generate_series(1, 10) i;
      CREATE TABLE u (t smallint CONSTRAINT by_id REFERENCES t (id), name varchar COLLATE "POSIX" CONSTRAINT by_name REFERENCES t (name));
      INSERT INTO u SELECT i, 'n' || i FROM generate_series(1, 10) i`,
    run: { filters: { t: sql`id > 3` } },
    orphans: { by_id: 3, by_name: 3 },
  },
  'a table whose rows are left out altogether': {
    sql: shop + orders('CONSTRAINT of REFERENCES customers'),
    run: { filters: { orders: sql`id <= 10` }, excludeTableData: ['customers'] },
    orphans: { of: 9 },
  },
  'partitions that are referred to': {
    sql: `CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);
      CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (6); CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (6) TO (11);
      INSERT INTO p SELECT generate_series(1, 10);
      CREATE TABLE c (p int CONSTRAINT of REFERENCES p); INSERT INTO c SELECT generate_series(1, 10)`,
    run: { filters: { p1: sql`id > 2` } },
    orphans: { of: 2 },
  },
  'names of both filters in the schema of each': {
    sql: `CREATE SCHEMA crm; CREATE TABLE crm.kept (id int); INSERT INTO crm.kept VALUES (1), (2);
      CREATE TABLE crm.people (id int PRIMARY KEY); INSERT INTO crm.people SELECT generate_series(1, 10);
      CREATE TABLE crm.calls (person int CONSTRAINT of REFERENCES crm.people); INSERT INTO crm.calls SELECT generate_series(1, 10)`,
    run: {
      filters: {
        'crm.people': sql`id IN (SELECT id FROM kept)`,
        'crm.calls': sql`person < (SELECT 2 + count(*) FROM kept)`,
      },
    },
    orphans: { of: 1 },
  },
}

describe.each([13, 18] as const)('PostgreSQL %i: rows that would refer to rows left out', (major) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer(major)
  })
  afterAll(() => server.stop())

  test.each(Object.entries(cases))('%s', async (_, { sql: schema, run, orphans }) => {
    const database = await databaseWith(server, schema)
    const constraints = Object.keys(orphans)

    const refused = await prepare(server, database, run)
    const error = constraints.length > 0 ? await rejection(refused.start()) : undefined
    if (error) {
      expect(isPgarkError(error) && { code: error.code, found: found(error.message), hinted: !!error.hint }).toEqual({
        ...{ code: 'REFUSED.ORPHANS', found: orphans, hinted: true },
      })
      await expectNothingLeft(server, refused.folder)
    } else await refused.start()

    const warnings: string[] = []
    const onEvent = (event: RunEvent) =>
      void (event.type === 'warning' && warnings.push(`${event.code}: ${event.message}`))
    await (await prepare(server, database, { ...run, onOrphans: 'report', onEvent })).start()
    expect(found(warnings.filter((each) => each.startsWith('FILTER.ORPHANS')).join('\n'))).toEqual(orphans)

    const { start, location } = await prepare(server, database, { ...run, onOrphans: 'notValid' })
    const contents = (await start()).manifest?.contents as Contents | undefined
    expect((contents?.notValid ?? []).map(({ constraint }) => constraint).sort()).toEqual(constraints.sort())
    const copy = await restored(server, location)
    const { rows: before } = await server.query(unchecked, database)
    const { rows: keys } = await server.query(unchecked, copy)
    // The server finds what is missing, and nothing else is left unchecked.
    expect(keys.map(({ name }) => name).sort()).toEqual([...constraints, ...before.map(({ name }) => name)].sort())
    for (const { relation, name } of keys) {
      const validated = server.query(`ALTER TABLE ${relation} VALIDATE CONSTRAINT "${name}"`, copy)
      await expect(validated).rejects.toMatchObject({ code: '23503' })
    }
  })

  const ofPartitions = `${shop}
    CREATE TABLE o (id int, customer int CONSTRAINT of REFERENCES customers) PARTITION BY LIST (id);
    CREATE TABLE o1 PARTITION OF o FOR VALUES IN (1); CREATE TABLE o2 PARTITION OF o DEFAULT;
    INSERT INTO o SELECT i % 3, i FROM generate_series(1, 99) i`
  test('a key of a partitioned table can be NOT VALID from 18 on', async () => {
    const database = await databaseWith(server, ofPartitions)
    const { start, location } = await prepare(server, database, { filters: vip, onOrphans: 'notValid' })
    if (major < 18) {
      await expect(start()).rejects.toMatchObject({
        code: 'REFUSED.ORPHANS',
        message: expect.stringMatching(
          /^50 rows of public\.o refer .*\(of\)\. .* cannot be NOT VALID before PostgreSQL 18\.$/,
        ),
      })
      return
    }
    const contents = (await start()).manifest?.contents as Contents | undefined
    expect(contents?.notValid).toEqual([{ schema: 'public', name: 'o', constraint: 'of' }])
    const copy = await restored(server, location)
    await expect(server.query('ALTER TABLE o VALIDATE CONSTRAINT of', copy)).rejects.toMatchObject({ code: '23503' })
  })
})

test('temporal keys: rows that cover a period together (18)', async () => {
  const server = await startServer(18)
  try {
    const database = await databaseWith(
      server,
      `CREATE EXTENSION btree_gist; CREATE TABLE prices (item int, during int4range, PRIMARY KEY (item, during WITHOUT OVERLAPS));
       INSERT INTO prices VALUES (1, '[1,5)'), (1, '[5,9)'), (2, '[1,9)');
       CREATE TABLE sales (item int, during int4range, CONSTRAINT at FOREIGN KEY (item, PERIOD during) REFERENCES prices (item, PERIOD during));
       INSERT INTO sales VALUES (1, '[2,4)'), (1, '[4,6)'), (1, '[6,8)'), (2, '[1,9)'), (2, NULL)`,
    )
    const prices = sql`during <> '[5,9)'`
    const error = await rejection((await prepare(server, database, { filters: { prices } })).start())
    expect(found((error as Error).message)).toEqual({ at: 2 })
    // What is hinted, completed as it says, keeps what is covered.
    const hinted = /is kept: (.*)$/.exec((error as PgarkError).hint ?? '')?.[1] ?? ''
    const sales = { text: [hinted.replace('…', "kept.during <> '[5,9)'")], parts: [] }
    const { tables } = await (await prepare(server, database, { filters: { prices, sales } })).start()
    expect(tables.find(({ name }) => name === 'sales')?.rows).toBe(3)
  } finally {
    await server.stop()
  }
})

const unchecked = `SELECT conrelid::regclass::text AS relation, conname AS name FROM pg_constraint
  WHERE contype = 'f' AND conparentid = 0 AND NOT convalidated`

/** The constraints and numbers in messages. */
const found = (text: string) =>
  Object.fromEntries([...text.matchAll(/(\d+) rows? of .*? \((\w+)\)/g)].map(([, rows, name]) => [name, Number(rows)]))
