import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { startServer } from '@pgark/test-servers'
import { stockFor } from '../../../../engine-postgres/test/support/stock.ts'
import type { Codec } from '../../../src/index.ts'
import { type Sample, sampleName } from './sample.ts'

/** Small, for there are thousands of mutations; with rows that can be compressed and some that cannot, and large objects of every kind. */
const database = `
  CREATE TABLE customers (id int PRIMARY KEY, name text, note text);
  INSERT INTO customers SELECT i, 'customer ' || i, repeat('note ', i % 7) FROM generate_series(1, 200) i;
  CREATE TABLE noise AS SELECT md5(i::text) || md5((i + 1)::text) AS text FROM generate_series(1, 100) i;
  CREATE TABLE nothing (a int);
  CREATE TABLE orders (id serial PRIMARY KEY, customer int REFERENCES customers, at date DEFAULT '2026-01-01');
  INSERT INTO orders (customer) SELECT 1 + i % 200 FROM generate_series(1, 50) i;
  CREATE VIEW busy AS SELECT customer, count(*) FROM orders GROUP BY customer;
  CREATE INDEX ON orders (customer);
  COMMENT ON TABLE orders IS 'what was ordered';
  SELECT lo_create(70000);
  SELECT lo_from_bytea(70001, decode(repeat('5a', 9000), 'hex'));
  SELECT lo_from_bytea(70002, decode((SELECT string_agg(md5(i::text), '') FROM generate_series(1, 60) i), 'hex'));
`

/** Archives of one database by pg_dump of four majors, in every format with every compression that it knows. */
export async function makeSamples(folder: string): Promise<void> {
  const server = await startServer(13)
  try {
    await server.createDatabase('sample')
    await server.query(database, 'sample')
    for (const major of [13, 15, 17, 18] as const) {
      const stock = stockFor({ ...server, major })
      const codecs: Codec[] = major >= 16 ? ['none', 'gzip', 'lz4', 'zstd'] : ['none', 'gzip']
      const dump = async (format: Sample['format'], codec: Codec) => {
        const target = path.join(folder, sampleName(major, format, codec))
        if (format !== 'directory') await mkdir(target)
        // pg_dump before 16 only takes levels.
        const level = major >= 16 ? codec : codec === 'none' ? 0 : 6
        const args = format === 'tar' ? [] : [`--compress=${level}`]
        const file = format === 'directory' ? target : path.join(target, 'archive')
        await stock.dump('sample', file, `--format=${format}`, ...args)
      }
      await dump('tar', 'none')
      for (const codec of codecs) {
        await dump('custom', codec)
        await dump('directory', codec)
      }
    }
  } finally {
    await server.stop()
  }
}
