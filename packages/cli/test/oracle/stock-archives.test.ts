import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { compareDatabases, startServer, stockClients, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pgark } from '../e2e/support/run-pgark.ts'

const { pgDump, pgRestore } = stockClients(17)
const run = promisify(execFile)

let server: TestServer
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-stock-'))
  server = await startServer(17)
  await server.createDatabase('shop')
  await server.query(
    `CREATE ROLE keeper; CREATE ROLE reader;
     CREATE TABLE orders (id serial PRIMARY KEY, note text);
     CREATE INDEX by_note ON orders (note);
     INSERT INTO orders (note) SELECT repeat('x', n % 90) FROM generate_series(1, 20000) n;
     SELECT lo_from_bytea(4711, decode(repeat('00ff', 9000), 'hex'));
     ALTER TABLE orders OWNER TO keeper; GRANT SELECT ON orders TO reader`,
    'shop',
  )
})
afterAll(async () => {
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

const connection = () => ['--host=127.0.0.1', `--port=${server.port}`, '--username=postgres']
let made = 0
async function empty(): Promise<string> {
  made += 1
  await server.createDatabase(`target_${made}`)
  return `target_${made}`
}
async function expectEqual(ours: string, theirs: string): Promise<void> {
  expect((await compareDatabases(server, theirs, ours)).differences).toEqual([])
  // Words that are random in each dump.
  const definitions = async (name: string) =>
    (await run(pgDump, [...connection(), '--schema-only', name])).stdout.replace(/^(\\(?:un)?restrict) \w+$/gm, '$1')
  expect(await definitions(ours)).toBe(await definitions(theirs))
}

describe('pg_dump | pgark restore -', () => {
  test.each([
    { format: 'custom', flags: [] },
    { format: 'custom', flags: ['--no-owner', '--no-privileges'] },
    { format: 'custom', flags: ['--schema-only'] },
    { format: 'tar', flags: ['--no-owner'] },
    { format: 'tar', flags: ['--no-privileges'] },
  ])('$format $flags: as pg_restore with the same', async ({ format, flags }) => {
    const [ours, theirs] = [await empty(), await empty()]
    const dump = spawn(pgDump, [...connection(), `--format=${format}`, 'shop'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const restored = await pgark(['restore', '-', '--to', server.url(ours), ...flags], { stdin: dump.stdout })
    expect(restored).toMatchObject({ code: 0 })
    const file = path.join(folder, `${theirs}.${format}`)
    await run(pgDump, [...connection(), `--format=${format}`, `--file=${file}`, 'shop'])
    await run(pgRestore, [...connection(), `--dbname=${theirs}`, ...flags, file])
    await expectEqual(ours, theirs)
  })

  test('definitions and then rows alone are the whole', async () => {
    const ours = await empty()
    for (const flags of [['--schema-only'], ['--data-only', '--no-single-transaction']]) {
      const dump = spawn(pgDump, [...connection(), '--format=custom', 'shop'], { stdio: ['ignore', 'pipe', 'inherit'] })
      const restored = await pgark(['restore', '-', '--to', server.url(ours), ...flags], { stdin: dump.stdout })
      expect(restored).toMatchObject({ code: 0 })
    }
    await expectEqual(ours, 'shop')
  })
})
