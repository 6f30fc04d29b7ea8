import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { backup, file, restore } from '@pgark/core'
import { readToc } from '@pgark/pg-archive'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseWith, engineFor, tempFolder } from '../snapshot/run-backup.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(17)
})
afterAll(() => server.stop())

const partitioned = `
  CREATE TABLE customers (id int PRIMARY KEY);
  CREATE TABLE orders (id int, d int, v text, PRIMARY KEY (id, d),
    CONSTRAINT of_customer FOREIGN KEY (id) REFERENCES customers) PARTITION BY LIST (d);
  CREATE TABLE orders_1 PARTITION OF orders FOR VALUES IN (1) PARTITION BY HASH (id);
  CREATE TABLE orders_1a PARTITION OF orders_1 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
  CREATE TABLE orders_2 PARTITION OF orders FOR VALUES IN (2);
  CREATE INDEX orders_v ON orders (v);
  CREATE TABLE lines (id int, d int, CONSTRAINT of_order FOREIGN KEY (id, d) REFERENCES orders);
  INSERT INTO customers VALUES (1); INSERT INTO orders VALUES (1, 1), (1, 2)`

/** A backup in one archive. */
async function backedUp() {
  const source = await databaseWith(server, partitioned)
  const archive = path.join(await tempFolder(), 'shop.dump')
  await backup({ engine: engineFor(server, source), to: file(archive), format: 'custom' })
  return archive
}

test('pg_restore adds no foreign key while an index of a partition is attached that the key may read', async () => {
  const { entries } = readToc(await readFile(await backedUp()))
  const tables = new Map(
    entries.filter(({ description }) => description === 'TABLE').map((entry) => [entry.dumpId, entry.tag]),
  )
  const lockedBy = (description: string) =>
    Object.fromEntries(
      entries
        .filter((entry) => entry.description === description)
        .map(({ tag, dependencies }) => [tag, [...new Set(dependencies.flatMap((id) => tables.get(id) ?? []))].sort()]),
    )
  const inLevel = (index: string) => ({
    [`orders_1_${index}`]: ['orders', 'orders_1'],
    [`orders_1a_${index}`]: ['orders', 'orders_1', 'orders_1a'],
    [`orders_2_${index}`]: ['orders', 'orders_2'],
  })
  expect(lockedBy('INDEX ATTACH')).toEqual({ ...inLevel('pkey'), ...inLevel('v_idx') })
  expect(lockedBy('FK CONSTRAINT')).toEqual({
    'orders of_customer': ['customers', 'orders'],
    'lines of_order': ['lines', 'orders'],
  })
})

test.each([
  ['without a partition', { excludeTables: ['orders_2'] }, ['orders_1', 'orders_1a']],
  ['of one partition', { tables: ['orders_2', 'customers'] }, ['orders_2']],
])('a part %s keeps its indexes attached, and the foreign key', async (_, selection, partitions) => {
  const target = await databaseWith(server, '')
  await restore({ engine: engineFor(server, target), from: file(await backedUp()), ...selection })
  const { rows } = await server.query(
    `SELECT relname AS name,
       (SELECT count(*)::int FROM pg_index i JOIN pg_inherits ON inhrelid = indexrelid WHERE i.indrelid = c.oid) AS attached,
       (SELECT count(*)::int FROM pg_constraint WHERE conrelid = c.oid AND confrelid = 'customers'::regclass) AS keys
     FROM pg_class c WHERE relname LIKE 'orders\\__%' AND relkind IN ('r', 'p') ORDER BY 1`,
    target,
  )
  expect(rows).toEqual(partitions.map((name) => ({ name, attached: 2, keys: 1 })))
})
