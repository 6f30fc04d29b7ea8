import type { TestServer } from '@pgark/test-servers'

/** A database to back up, as users have them. */
export interface DataSet {
  readonly name: string
  /** Makes it; answers how it is connected to. */
  create(server: TestServer): Promise<string>
}

/** Rows of one kind or another, without randomness: the same numbers always give the same rows. */
const kinds = [
  {
    columns: 'id bigint, customer int, amount numeric(10, 2), at timestamptz, note text',
    row: `n, hashint8(n) & 131071, (hashint8(n + 1) & 1048575) / 100.0, timestamptz '2026-01-01' + n * interval '1.2 s', md5(n::text)`,
    share: 1,
  },
  { columns: 'id bigint, a int, b int, c int, d boolean', row: 'n, n % 7, n % 1000, n / 3, n % 2 = 0', share: 2 },
  {
    columns: 'id bigint, document jsonb',
    row: `n, jsonb_build_object('id', n, 'name', md5(n::text), 'tags', jsonb_build_array(n % 3, n % 5))`,
    share: 0.5,
  },
  { columns: 'id bigint, body text', row: `n, repeat(md5(n::text), 30 + n % 60)`, share: 0.05 },
]

/** Tables of several kinds, whose sizes differ by a factor of forty. */
export function mixedTables(tables: number, rowsOfLargest: number): DataSet {
  return {
    name: `${tables} mixed tables`,
    async create(server) {
      const url = await server.createDatabase('mixed')
      for (let at = 0; at < tables; at++) {
        const kind = kinds[at % kinds.length]
        if (!kind) continue
        const rows = Math.ceil((rowsOfLargest * kind.share) / (1 + at))
        await server.query(
          `CREATE TABLE mixed_${at} (${kind.columns}); INSERT INTO mixed_${at} SELECT ${kind.row} FROM generate_series(1, ${rows}) n;
           ALTER TABLE mixed_${at} ADD PRIMARY KEY (id)`,
          'mixed',
        )
      }
      await server.query('VACUUM (ANALYZE, FREEZE)', 'mixed')
      return url
    },
  }
}

/** Tables of twenty rows: what counts is what each table costs. */
export function smallTables(tables: number): DataSet {
  return {
    name: `${tables} small tables`,
    async create(server) {
      const url = await server.createDatabase('many')
      await server.query(
        `DO $$ BEGIN FOR i IN 1..${tables} LOOP
           EXECUTE format('CREATE TABLE small_%s (id bigint PRIMARY KEY, name text, at timestamptz)', i);
           EXECUTE format('INSERT INTO small_%s SELECT n, md5(n::text), timestamptz ''2026-01-01'' FROM generate_series(1, 20) n', i);
           IF i % 500 = 0 THEN COMMIT; END IF;
         END LOOP; END $$`,
        'many',
      )
      await server.query('VACUUM (ANALYZE, FREEZE)', 'many')
      return url
    },
  }
}
