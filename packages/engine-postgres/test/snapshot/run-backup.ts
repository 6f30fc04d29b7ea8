import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type BackupOptions, type BackupResult, backup, type Exporter, file, restore } from '@pgark/core'
import type { TestServer } from '@pgark/test-servers'
import pg from 'pg'
import { expect, onTestFinished } from 'vitest'
import type { BackupSeams } from '../../src/backup/backup-database.ts'
import { createEngine } from '../../src/engine.ts'
import type { PostgresOptions } from '../../src/options.ts'

/** How our own connections call themselves, so that none of them can stay behind unseen. */
export const applicationName = 'pgark-under-test'

let made = 0
/** A new database with that content, for one test. */
export async function databaseWith(server: TestServer, sql: string): Promise<string> {
  made += 1
  const database = `db${made}`
  await server.createDatabase(database)
  await server.query(sql, database)
  return database
}

export async function connected(server: TestServer, database?: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.url(database) })
  client.on('error', () => {})
  await client.connect()
  return client
}

/** A session that ends with the test, and its process id. */
export async function openSession(server: TestServer, database?: string): Promise<{ client: pg.Client; pid: number }> {
  const client = await connected(server, database)
  onTestFinished(() => client.end())
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid')
  return { client, pid: rows[0].pid }
}

export async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pgark-engine-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export const engineFor = (server: TestServer, database: string, options: PostgresOptions = {}, seams?: BackupSeams) =>
  createEngine({ connectionString: server.url(database), applicationName, ...options }, seams)

export interface Run extends Omit<Partial<BackupOptions>, 'to'> {
  postgres?: PostgresOptions
  seams?: BackupSeams
  /** Wraps the destination. */
  through?: (to: Exporter) => Exporter
}

export interface PreparedRun {
  readonly folder: string
  readonly location: string
  start(): Promise<BackupResult>
}

/** What a backup in each format is called within its folder; the folder itself is the place of those of many files. */
const names: Readonly<Record<string, string>> = { plain: 'backup.sql', custom: 'backup.dump', directory: '' }

/** A backup of a database into a folder of its own. */
export async function prepare(server: TestServer, database: string, run: Run = {}): Promise<PreparedRun> {
  const { postgres, seams, through = (to) => to, ...options } = run
  const folder = await tempFolder()
  const location = path.join(folder, names[run.format ?? 'plain'] ?? '')
  const engine = engineFor(server, database, postgres, seams)
  return { folder, location, start: () => backup({ engine, to: through(file(location)), ...options }) }
}

/** Restores a file, or a folder's backup of that id, into a new database and answers that one's name. */
export async function restored(server: TestServer, location: string, id?: string): Promise<string> {
  made += 1
  const database = `restored${made}`
  const from = file(location)
  const which = from.objectKey === undefined && id !== undefined ? { id } : {}
  await restore({ engine: engineFor(server, database), from, ...which, createDatabase: true })
  return database
}

/** Nothing of a backup is left: no file of any name, no connection. The server ends a session a moment after its client did. */
export async function expectNothingLeft(server: TestServer, folder: string): Promise<void> {
  expect(await readdir(folder)).toEqual([])
  await untilNoConnection(server)
}

export async function untilNoConnection(server: TestServer): Promise<void> {
  const { client } = await openSession(server)
  const count = `SELECT FROM pg_stat_activity WHERE application_name = '${applicationName}'`
  while ((await client.query(count)).rowCount);
}

/** Resolves with `waiting` when that process waits for a lock, or with `done` when its statement ended without. */
export async function blockedOrDone(
  observer: pg.Client,
  pid: number,
  statement: Promise<unknown>,
): Promise<'waiting' | 'done'> {
  let isDone = false
  statement.then(
    () => (isDone = true),
    () => (isDone = true),
  )
  while (!isDone) {
    const { rowCount } = await observer.query('SELECT FROM pg_locks WHERE NOT granted AND pid = $1', [pid])
    if (rowCount) return 'waiting'
  }
  return 'done'
}

/** The process that waits for a lock, other than those given. */
export async function untilSomeoneWaits(observer: pg.Client, except: readonly number[] = []): Promise<number> {
  for (;;) {
    const { rows } = await observer.query('SELECT pid FROM pg_locks WHERE NOT granted AND pid <> ALL ($1)', [except])
    if (rows[0]) return rows[0].pid
  }
}
