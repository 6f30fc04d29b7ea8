import { existsSync } from 'node:fs'
import path from 'node:path'

export interface StockClients {
  readonly psql: string
  readonly pgDump: string
  readonly pgRestore: string
}

/**
 * PostgreSQL's own programs of that major, to judge our output by. From the folder that PGARK_PG_CLIENTS names.
 * Throws when they are not there: an oracle that is missing must fail a test, never skip it.
 */
export function stockClients(major: 13 | 15 | 17 | 18): StockClients {
  const program = (name: string) => stockProgram(String(major), name)
  return { psql: program('psql'), pgDump: program('pg_dump'), pgRestore: program('pg_restore') }
}

/** A program of Debian's, by the folder of `PGARK_PG_CLIENTS` that it is in. Throws when it is not there. */
export function stockProgram(subfolder: string, name: string): string {
  const remedy = 'Run `tooling/pg-clients/pg-clients.sh <folder>` and set PGARK_PG_CLIENTS to that folder.'
  const folder = process.env.PGARK_PG_CLIENTS
  if (!folder) throw new Error(`No stock programs: PGARK_PG_CLIENTS is not set. ${remedy}`)
  const file = path.resolve(folder, subfolder, 'bin', name)
  if (!existsSync(file)) throw new Error(`No stock ${name}: expected ${file}. ${remedy}`)
  return file
}

/** The folder with real-world schemas and data, from PGARK_TEST_DATA. Throws when it is not there. */
export function testData(): string {
  const folder = process.env.PGARK_TEST_DATA
  if (!folder) throw new Error('No test data: set PGARK_TEST_DATA to the folder that holds it.')
  if (!existsSync(folder)) throw new Error(`No test data: PGARK_TEST_DATA names ${folder}, which does not exist.`)
  return path.resolve(folder)
}
