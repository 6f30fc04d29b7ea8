import {
  type Exporter,
  file,
  isPgarkError,
  type PgarkErrorLike,
  type RestoreOptions,
  type RestoreResult,
  restore,
} from '@pgark/core'
import { databaseContent, type TestServer } from '@pgark/test-servers'
import { expect } from 'vitest'
import type { PostgresOptions } from '../../src/options.ts'
import { engineFor, prepare, untilNoConnection } from '../snapshot/run-backup.ts'

/** What is restored: two tables, so that one of them comes after the other. */
export const content = `
  CREATE TABLE large (id int PRIMARY KEY, note text); INSERT INTO large SELECT n, 'new' FROM generate_series(1, 2000) n;
  CREATE TABLE small (id int PRIMARY KEY, note text); INSERT INTO small VALUES (1, 'new')`
/** What is there before. */
export const former = `CREATE TABLE small (id int, note text); INSERT INTO small VALUES (1, 'old'), (2, 'old'); CREATE TABLE other ()`

export const keptName = (name: string) => new RegExp(`^${name}_before_\\d{8}T\\d{6}Z$`)
export const besideName = /_restoring_\d{8}T\d{6}Z$/

export interface IntoNew extends Partial<RestoreOptions> {
  postgres?: PostgresOptions
  through?: (from: Exporter) => Exporter
}

export interface Backup {
  into(database: string, options?: IntoNew): Promise<RestoreResult>
}

/** A backup of that database in that format; its files go with the test. */
export async function backupOf(server: TestServer, database: string, format: string): Promise<Backup> {
  const { start, location } = await prepare(server, database, { format })
  const { id } = await start()
  return {
    async into(name, { postgres, through = (from: Exporter) => from, ...options } = {}) {
      const from = through(file(location))
      const which = format === 'directory' ? { id } : {}
      return await restore({ engine: engineFor(server, name, postgres), from, ...which, intoNew: true, ...options })
    },
  }
}

/** A destination elsewhere, whose rows are read as they are restored; `work` is done before each file of them. */
export const beforeRows =
  (work: (file: number) => Promise<unknown>) =>
  (from: Exporter): Exporter => {
    let files = 0
    return {
      ...from,
      capabilities: { ...from.capabilities, local: false },
      async *read(key, options) {
        if (/\.dat/.test(key) && !key.endsWith('toc.dat')) await work(++files)
        yield* from.read(key, options)
      },
    }
  }

/** All databases as the server has them, by name: what must not change when nothing was to be touched. */
export async function databases(server: TestServer): Promise<Record<string, unknown>> {
  const { rows } = await server.query(`
    SELECT datname, to_jsonb(d) - '{datfrozenxid,datminmxid}'::text[] || jsonb_build_object('comment', shobj_description(oid, 'pg_database'),
      'settings', (SELECT jsonb_agg(to_jsonb(s) ORDER BY setrole) FROM pg_db_role_setting s WHERE setdatabase = d.oid)) AS facts
    FROM pg_database d WHERE datname <> 'pgark judge' ORDER BY 1`)
  return Object.fromEntries(rows.map(({ datname, facts }) => [datname, facts]))
}

export const oidOf = async (server: TestServer, database: string): Promise<number | undefined> =>
  (await server.query(`SELECT oid FROM pg_database WHERE datname = '${database}'`)).rows[0]?.oid

/** Databases that a restore has made and that have not taken another's name. */
export const restoring = async (server: TestServer) =>
  Object.keys(await databases(server)).filter((name) => besideName.test(name))

export async function dropRestoring(server: TestServer): Promise<void> {
  for (const name of await restoring(server)) await server.query(`DROP DATABASE "${name}" WITH (FORCE)`)
}

/** Whatever is done, the target is, and holds, what it was and held, and no other database is there than before. */
export async function untouched(server: TestServer, target: string, work: () => Promise<void>): Promise<void> {
  const [before, rows] = [await databases(server), await databaseContent(server, target)]
  await work()
  await untilNoConnection(server)
  expect(await databases(server)).toEqual(before)
  expect(await databaseContent(server, target)).toEqual(rows)
}

export function coded(error: unknown): PgarkErrorLike {
  if (!isPgarkError(error)) throw error
  return error
}
