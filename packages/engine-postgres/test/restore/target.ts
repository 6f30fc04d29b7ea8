import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { file, type RestoreOptions, type RestoreResult, restore } from '@pgark/core'
import type { TestServer } from '@pgark/test-servers'
import type { PostgresOptions } from '../../src/options.ts'
import { databaseWith, engineFor, tempFolder } from '../snapshot/run-backup.ts'

const marker = '-- PostgreSQL database dump complete\n'

/** A script as pg_dump ends it. */
export const dumpOf = (sql: string) => `${sql}\n${marker}`

/** The bytes of a script as a stream, in small pieces. */
export async function* streamOf(text: string | Uint8Array, pieceBytes = 1000): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
}

/** A file with that content. */
export async function fileWith(content: string | Uint8Array, name = 'dump.sql'): Promise<string> {
  const location = path.join(await tempFolder(), name)
  await writeFile(location, content)
  return location
}

export interface Target {
  readonly database: string
  restore(from: string | AsyncIterable<Uint8Array>, options?: Partial<RestoreOptions>): Promise<RestoreResult>
  query(sql: string): Promise<Record<string, unknown>[]>
  /** Everything in the database that is not the system's. */
  objects(): Promise<string[]>
}

const objectsSql = `
  SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT nspname FROM pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_'
  UNION ALL SELECT proname FROM pg_proc WHERE oid >= 16384
  UNION ALL SELECT 'large object ' || oid FROM pg_largeobject_metadata ORDER BY 1`

/** A database to restore into, with that content. */
export async function targetWith(server: TestServer, sql = 'SELECT 1', options?: PostgresOptions): Promise<Target> {
  return targetAt(server, await databaseWith(server, sql), options)
}

export function targetAt(server: TestServer, database: string, options?: PostgresOptions): Target {
  const query = async (sql: string) => (await server.query(sql, database)).rows
  return {
    database,
    query,
    objects: async () => (await query(objectsSql)).map(({ name }) => String(name)),
    restore: (from, given) =>
      restore({
        engine: engineFor(server, database, options),
        from: typeof from === 'string' ? file(from) : from,
        ...given,
      }),
  }
}

/** What a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => {
      throw new Error('it resolved')
    },
    (reason: unknown) => reason,
  )
}
