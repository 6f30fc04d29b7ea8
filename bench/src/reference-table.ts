import type { TestServer } from '@pgark/test-servers'

/** Server settings of a modest machine, the same for everyone who is measured. What is written is synced, as in production. */
export const serverSettings = {
  fsync: 'on',
  shared_buffers: '256MB',
  maintenance_work_mem: '256MB',
  max_wal_size: '4GB',
  checkpoint_timeout: '30min',
  // It would wake up in the middle of somebody's run.
  autovacuum: 'off',
  // Thousands of tables, locked by several connections of everyone.
  max_locks_per_transaction: '256',
}

/**
 * One table, about 83 bytes of COPY text per row, with a primary key and two indexes for the restore to build. Without randomness:
 * the same number always gives the same rows. The hex digits keep compression honest.
 */
export async function createReference(server: TestServer, database: string, rows: number): Promise<string> {
  const url = await server.createDatabase(database)
  await server.query(
    `CREATE TABLE reference (
       id bigint NOT NULL,
       customer_id integer NOT NULL,
       amount numeric(10, 2) NOT NULL,
       created_at timestamptz NOT NULL,
       status text NOT NULL,
       note text NOT NULL
     );
     INSERT INTO reference
     SELECT n, hashint8(n) & 131071, (hashint8(n + 1) & 1048575) / 100.0,
            timestamptz '2026-01-01 00:00Z' + n * interval '1.234567 seconds',
            (ARRAY ['open', 'paid', 'shipped', 'returned'])[1 + (hashint8(n + 2) & 3)],
            'order ' || left(md5(n::text), 17)
     FROM generate_series(1, ${rows}) n;
     ALTER TABLE reference ADD PRIMARY KEY (id);
     CREATE INDEX ON reference (customer_id);
     CREATE INDEX ON reference (created_at)`,
    database,
  )
  // Otherwise the first to read the rows would also have to mark them as committed.
  await server.query('VACUUM (ANALYZE, FREEZE) reference', database)
  return url
}
