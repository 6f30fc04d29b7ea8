import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type BackupOptions, backup, file, type RestoreOptions, type RestoreResult, restore } from '@pgark/core'
import type { TestServer } from '@pgark/test-servers'
import { onTestFinished } from 'vitest'
import { type PostgresOptions, postgres } from '../../src/index.ts'

type BackupSettings = Partial<BackupOptions> & Pick<PostgresOptions, 'pgDump'>

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pgark-round-trip-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** The engine for a database. No URL: what stands in a database's name should be no concern of these tests. */
export const engineFor = (server: TestServer, database: string, options: PostgresOptions = {}) =>
  postgres({ host: '127.0.0.1', port: server.port, user: 'postgres', database, ...options })

/** Backs up a database into a plain file and answers the file's path. */
export async function backUp(server: TestServer, database: string, settings: BackupSettings = {}): Promise<string> {
  const { pgDump, ...options } = settings
  const target = path.join(await temporaryFolder(), 'backup.sql')
  const engine = engineFor(server, database, pgDump === undefined ? {} : { pgDump })
  await backup({ engine, to: file(target), ...options })
  return target
}

/** Restores a plain file into a database, which is created unless the options say otherwise. */
export async function restoreInto(
  server: TestServer,
  database: string,
  from: string,
  options: Partial<RestoreOptions> = {},
): Promise<RestoreResult> {
  return await restore({ engine: engineFor(server, database), from: file(from), createDatabase: true, ...options })
}

/** A script of round-trip/schema. */
export const readScript = (name: string) => readFile(new URL(`../round-trip/schema/${name}`, import.meta.url), 'utf8')

/** Makes a database of SQL, and one from its backup, whose name and file are answered. */
export async function roundTrip(server: TestServer, name: string, sql: string, settings: BackupSettings = {}) {
  await server.createDatabase(name)
  await server.query(sql, name)
  const target = await backUp(server, name, settings)
  const restored = `${name} restored`
  const { findings } = await restoreInto(server, restored, target)
  if (findings.length > 0) throw new Error(JSON.stringify(findings))
  return { restored, target }
}
