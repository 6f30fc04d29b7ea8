import type { TestServer } from '@pgark/test-servers'
import { connected } from './run-backup.ts'

/** Enough for several ranges of blocks. */
const largeRows = 120_000
const smallRows = 2000

/** A table in chunks, two others, large objects; rows of every block change. */
export const busySchema = `
  CREATE TABLE large (id int PRIMARY KEY, at int NOT NULL, note text);
  INSERT INTO large SELECT i, 0, md5(i::text) || repeat('x', i % 40) FROM generate_series(1, ${largeRows}) i;
  CREATE TABLE queue (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, amount numeric, day date);
  INSERT INTO queue (amount, day) SELECT i / 7.0, '2026-01-01'::date + i % 365 FROM generate_series(1, ${smallRows}) i;
  CREATE TABLE "Odd one" (id int PRIMARY KEY, "a b" text);
  INSERT INTO "Odd one" SELECT i, E'tab\\t\\\\' || i FROM generate_series(1, ${smallRows}) i;
  SELECT lo_from_bytea(5000 + i, decode(repeat(md5(i::text), 100), 'hex')) FROM generate_series(1, 6) i`

/** `$1` counts them, so that each changes other rows; of those of the other writer, `$2`, it keeps clear. */
const writes = [
  // To another block: longer than before, and its own has no room.
  `UPDATE large SET at = $1, note = md5($1::text) || repeat('y', $1 % 90) WHERE id % 1009 = $1 % 1009 AND id % 2 = $2`,
  `WITH gone AS (DELETE FROM queue WHERE id IN (SELECT id FROM queue WHERE id % 2 = $2 ORDER BY id LIMIT 3) RETURNING amount)
   INSERT INTO queue (amount, day) SELECT amount + $1, '2026-06-01' FROM gone`,
  `UPDATE "Odd one" SET "a b" = "a b" || E'\\\\n' || $1 WHERE id % 211 = $1 % 211 AND id % 2 = $2`,
  `WITH gone AS (DELETE FROM large WHERE id % 4001 = $1 % 4001 AND id % 2 = $2 RETURNING id, note)
   INSERT INTO large SELECT id + 10000000, $1, note FROM gone ON CONFLICT DO NOTHING`,
  `SELECT lo_put((5001 + $1 % 3 * 2 + $2)::oid, $1 % 1000, convert_to($1::text, 'UTF8'))`,
]

export interface Writers {
  readonly commits: number
  /** Resolves once that many more writes were committed. */
  more(count: number): Promise<void>
  stop(): Promise<void>
}

/** Sessions that insert, update and delete, one committed statement after the other, until they are stopped; one of them vacuums. */
export async function startWriters(server: TestServer, database: string): Promise<Writers> {
  let commits = 0
  let isRunning = true
  const waiting = new Set<() => void>()
  const told = () => {
    commits += 1
    for (const tell of waiting) tell()
    waiting.clear()
  }
  const write = async (writer: number) => {
    const client = await connected(server, database)
    for (let count = 0; isRunning; count += 1) {
      await client.query(writes[count % writes.length] ?? '', [count, writer])
      told()
      // What was deleted makes room for what comes, in blocks that a snapshot does not look at any more.
      if (writer === 0 && count % 200 === 199) await client.query('VACUUM large, queue, "Odd one"')
    }
    await client.end()
  }
  const running = Promise.all([write(0), write(1)])
  running.catch(() => {})
  return {
    get commits() {
      return commits
    },
    async more(count) {
      for (const wanted = commits + count; commits < wanted; )
        await Promise.race([new Promise<void>((resolve) => waiting.add(resolve)), running])
    },
    async stop() {
      isRunning = false
      await running
    },
  }
}
