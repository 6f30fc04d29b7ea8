import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryFolder } from '../support/round-trip.ts'

const megabyte = 1024 * 1024
const valueBytes = 300 * megabyte

let server: TestServer
beforeAll(async () => {
  server = await startServer(17)
  await server.createDatabase('small')
  await server.query('CREATE TABLE big AS SELECT 1 AS id', 'small')
  await server.createDatabase('source')
  // In the text every sixth character is written as two; of the bytes each is.
  await server.query(
    `CREATE TABLE big (id int, v text, b bytea);
     ALTER TABLE big ALTER v SET STORAGE EXTERNAL, ALTER b SET STORAGE EXTERNAL;
     INSERT INTO big (id, v) VALUES (1, left(repeat(E'abcdefghijklmno\\n\\t\\\\', ${valueBytes} / 18 + 1), ${valueBytes}));
     INSERT INTO big (id, b) VALUES (2, decode(repeat('00ff5c0a0d09272e80c3', ${valueBytes} / 10), 'hex'));
     INSERT INTO big VALUES (3, 'after', '\\x00')`,
    'source',
  )
})
afterAll(() => server.stop())

const script = (name: string) => path.join(import.meta.dirname, name)

/** Runs a backup or a restore as a process of its own; answers the most memory that it had at a time, in bytes. */
async function peakOf(action: 'backup' | 'restore' | 'verify', database: string, location: string): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--import', script('../failures/sources.ts'), script('peak.child.ts'), action, server.url(database), location],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1' } },
  )
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  if (code !== 0) throw new Error(stderr)
  return Number(stdout)
}

const contentSql = `SELECT id, length(v) AS characters, md5(v) AS v, length(b) AS bytes, md5(b) AS b FROM big ORDER BY id`

test.each(['.sql', '.sql.zst'])('a value of 300 MB, in memory far below that (%s)', async (suffix) => {
  const folder = await temporaryFolder()
  const [small, big] = ['small', 'big'].map((name) => path.join(folder, `${name}${suffix}`)) as [string, string]
  for (const action of ['backup', 'verify', 'restore'] as const) {
    const database = (name: string) => (action === 'restore' ? `${name} restored${suffix}` : name)
    const base = await peakOf(action, database('small'), small)
    const peak = await peakOf(action, database('source'), big)
    // What the process needs anyhow, and half of one value.
    expect(peak, action).toBeLessThan(base + valueBytes / 2)
  }
  const { rows } = await server.query(contentSql, `source restored${suffix}`)
  expect(rows).toEqual((await server.query(contentSql, 'source')).rows)
  expect(rows).toMatchObject([{ characters: valueBytes }, { bytes: valueBytes }, { v: expect.any(String) }])
})
