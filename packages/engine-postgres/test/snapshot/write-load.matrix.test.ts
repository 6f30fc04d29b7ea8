import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Contents } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { referenceDigest } from '../support/reference-digest.ts'
import { pausingAtTables } from './mover.ts'
import { connected, databaseWith, prepare } from './run-backup.ts'
import { busySchema, startWriters, type Writers } from './writers.ts'

const rounds = 20
const megabyte = 1024 * 1024

let server: TestServer
let database: string
let writers: Writers
beforeAll(async () => {
  server = await startServer(17, { settings: { autovacuum: 'off' } })
  database = await databaseWith(server, busySchema)
  writers = await startWriters(server, database)
})
// Run in reverse order: the writers stop before their server does.
afterAll(() => server.stop())
afterAll(() => writers.stop())

/** Another session at the instant of a snapshot that is exported just now, by the server's own list of them. */
async function atExportedSnapshot(): Promise<pg.Client> {
  const client = await connected(server, database)
  const { rows } = await client.query("SELECT name FROM pg_ls_dir('pg_snapshots') name")
  expect(rows).toHaveLength(1)
  await client.query(`BEGIN ISOLATION LEVEL REPEATABLE READ; SET TRANSACTION SNAPSHOT '${rows[0].name}'`)
  return client
}

/** Rows and digests as they are for that session: the server's own text of the rows, another implementation of the hash. */
async function digestsSeenBy(client: pg.Client, { tables }: Contents): Promise<unknown> {
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
  const seen: unknown[] = []
  for (const { schema, name, columns } of tables) {
    const text = path.join(server.dataDir, 'oracle.copy')
    const table = `${quoted(schema)}.${quoted(name)}`
    await client.query(`COPY (SELECT ${columns.map(quoted).join(', ')} FROM ONLY ${table}) TO '${text}'`)
    const lines = linesOf(await readFile(text))
    await rm(text)
    seen.push({ name, rows: lines.length, digest: await referenceDigest(lines) })
  }
  const { rows } = await client.query('SELECT oid::int8::int AS id, lo_get(oid) AS bytes FROM pg_largeobject_metadata')
  const objects = rows.map(({ id, bytes }) => {
    const prefix = Buffer.alloc(4)
    prefix.writeUInt32BE(id)
    return Buffer.concat([prefix, bytes])
  })
  return { tables: seen, largeObjects: await referenceDigest(objects) }
}

function linesOf(text: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf(10, at)
    lines.push(text.subarray(at, end))
    at = end + 1
  }
  return lines
}

/** A backup by several connections, with writes before its rows are read and while they are. */
async function backUpMeanwhile(jobs: number, importSnapshot: boolean) {
  let oracle: pg.Client | undefined
  let atSnapshot = 0
  const onStep = async (step: string) => {
    if (step === 'exported') {
      oracle = await atExportedSnapshot()
      atSnapshot = writers.commits
    }
    if (step === 'opened') await writers.more(100)
  }
  const { start, folder } = await prepare(server, database, {
    format: 'directory',
    jobs,
    chunkSizeBytes: 4 * megabyte,
    seams: { onStep, importSnapshot },
    ...pausingAtTables(() => writers.more(15)),
  })
  const { id } = await start()
  const commits = writers.commits - atSnapshot
  if (!oracle) throw new Error('there was no snapshot')
  const contents: Contents = JSON.parse(await readFile(path.join(folder, id, 'contents.json'), 'utf8'))
  const seen = await digestsSeenBy(oracle, contents)
  await oracle.end()
  const stored = {
    tables: contents.tables.map(({ name, rows, digest }) => ({ name, rows, digest })),
    largeObjects: contents.largeObjects.digest,
  }
  return { commits, stored, seen, chunks: contents.tables.find(({ name }) => name === 'large')?.chunks?.length ?? 0 }
}

for (let round = 1; round <= rounds; round++) {
  test(`backup ${round} of ${rounds}: what is in it is what another session sees at its snapshot`, async () => {
    const { commits, stored, seen, chunks } = await backUpMeanwhile(2 + (round % 3), true)
    expect(commits).toBeGreaterThanOrEqual(100)
    expect(chunks).toBeGreaterThan(1)
    expect(stored).toEqual(seen)
  })
}

test('without the shared snapshot it is not', async () => {
  const { stored, seen } = await backUpMeanwhile(3, false)
  expect(stored).not.toEqual(seen)
})
