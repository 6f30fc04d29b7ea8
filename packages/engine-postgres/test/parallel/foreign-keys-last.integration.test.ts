import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { backup, file } from '@pgark/core'
import { readToc } from '@pgark/pg-archive'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseWith, engineFor, tempFolder } from '../snapshot/run-backup.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(17)
})
afterAll(() => server.stop())

/** A partitioned table of two levels with a key and an index. */
const tree = (name: string) => `
  CREATE TABLE ${name} (id int, d int, v text, PRIMARY KEY (id, d)) PARTITION BY LIST (d);
  CREATE TABLE ${name}_1 PARTITION OF ${name} FOR VALUES IN (1) PARTITION BY HASH (id);
  CREATE TABLE ${name}_1a PARTITION OF ${name}_1 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
  CREATE INDEX ${name}_v ON ${name} (v);`

test('to pg_restore a foreign key is due when all indexes of the partitions are attached that it reads', async () => {
  const source = await databaseWith(
    server,
    `${tree('read')} ${tree('other')} CREATE TABLE plain (id int PRIMARY KEY);
     CREATE TABLE refs (id int, d int, CONSTRAINT to_read FOREIGN KEY (id, d) REFERENCES read);
     ALTER TABLE other ADD CONSTRAINT to_plain FOREIGN KEY (id) REFERENCES plain`,
  )
  const target = path.join(await tempFolder(), 'shop.dump')
  await backup({ engine: engineFor(server, source), to: file(target), format: 'custom' })
  const { entries } = readToc(await readFile(target))
  const attached = (tag: string) => {
    const key = entries.find((entry) => entry.description === 'FK CONSTRAINT' && entry.tag?.endsWith(tag))
    return entries
      .filter(({ description, dumpId }) => description === 'INDEX ATTACH' && key?.dependencies.includes(dumpId))
      .map((entry) => entry.tag)
      .sort()
  }
  expect(attached('to_read')).toEqual(['read_1_pkey', 'read_1_v_idx', 'read_1a_pkey', 'read_1a_v_idx'])
  expect(attached('to_plain')).toEqual(['other_1_pkey', 'other_1_v_idx', 'other_1a_pkey', 'other_1a_v_idx'])
})
