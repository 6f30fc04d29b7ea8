import type { TestServer } from '@pgark/test-servers'
import { connected, type Run } from './run-backup.ts'

/** Balances in three tables, and a log of what was moved between them. Their sum never changes. */
export const ledgers = ['ledger_a', 'ledger_b', 'ledger_c'] as const
const accounts = 500
export const total = ledgers.length * accounts * 1000

export const ledgerSchema = `
  ${ledgers
    .map(
      (name) => `CREATE TABLE ${name} (id int PRIMARY KEY, balance int NOT NULL);
  INSERT INTO ${name} SELECT i, 1000 FROM generate_series(1, ${accounts}) i;`,
    )
    .join('\n')}
  CREATE TABLE moved (id bigint GENERATED ALWAYS AS IDENTITY, source text, target text, amount int);
  CREATE FUNCTION move(source text, target text, account int, amount int) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    EXECUTE format('UPDATE %I SET balance = balance - $1 WHERE id = $2', source) USING amount, account;
    EXECUTE format('UPDATE %I SET balance = balance + $1 WHERE id = $2', target) USING amount, account;
    INSERT INTO moved (source, target, amount) VALUES (source, target, amount);
  END $$`

/** What each table would hold by the log, and what it holds: one row for each that differs. */
export const differencesSql = ledgers
  .map(
    (name) => `
  SELECT '${name}' AS ledger, actual, expected FROM (
    SELECT (SELECT sum(balance) FROM ${name})::int AS actual,
           ${accounts * 1000} + (SELECT coalesce(sum(CASE '${name}' WHEN target THEN amount ELSE -amount END), 0)
                     FROM moved WHERE '${name}' IN (source, target))::int AS expected) counted
  WHERE actual <> expected`,
  )
  .join(' UNION ALL ')
export const sumSql = `SELECT sum(balance)::int AS sum FROM (${ledgers.map((name) => `SELECT balance FROM ${name}`).join(' UNION ALL ')}) all_of_them`

export interface Mover {
  readonly commits: number
  /** Resolves once that many more transfers were committed. */
  more(count: number): Promise<void>
  stop(): Promise<void>
}

/** Moves money from table to table, one committed transfer after the other, until it is stopped. */
export async function startMover(server: TestServer, database: string): Promise<Mover> {
  const client = await connected(server, database)
  let commits = 0
  let isRunning = true
  /** Those who wait for the next commit: several tables may be paused at the same time. */
  const waiting = new Set<() => void>()
  const running = (async () => {
    while (isRunning) {
      // Always onwards, in the order in which the tables are read: what moves between two of them would be counted twice.
      const from = commits % (ledgers.length - 1)
      const pair = [ledgers[from], ledgers[from + 1]]
      await client.query('SELECT move($1, $2, $3, $4)', [...pair, 1 + (commits % accounts), 1 + (commits % 7)])
      commits += 1
      for (const tell of waiting) tell()
      waiting.clear()
    }
  })()
  return {
    get commits() {
      return commits
    },
    async more(count) {
      for (const wanted = commits + count; commits < wanted; ) {
        await Promise.race([new Promise<void>((resolve) => waiting.add(resolve)), running])
      }
    },
    async stop() {
      isRunning = false
      await running
      await client.end()
    },
  }
}

/** A backup whose destination takes no more, once a table was begun, until `pause` resolves: the next one is not read yet. */
export function pausingAtTables(pause: () => Promise<void>): Pick<Run, 'onEvent' | 'through'> {
  let isBegun = false
  return {
    onEvent(event) {
      if (event.type === 'table' && event.state === 'started') isBegun = true
    },
    through: (to) => ({
      ...to,
      write(key, body, options) {
        async function* paused() {
          for await (const chunk of body) {
            if (isBegun) {
              isBegun = false
              await pause()
            }
            yield chunk
          }
        }
        return to.write(key, paused(), options)
      },
    }),
  }
}
