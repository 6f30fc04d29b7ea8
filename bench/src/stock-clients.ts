import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Major } from '@pgark/test-servers'
import { Refusal } from './options.ts'

/** PostgreSQL's own programs, to be measured against. */
export interface StockClients {
  readonly folder: string
  readonly pgDump: string
  readonly psql: string
  /** As `pg_dump --version` prints it. */
  readonly version: string
  readonly major: Major
}

const majors: readonly Major[] = [13, 14, 15, 16, 17, 18]
const remedy = `Install PostgreSQL's client programs (Debian, Ubuntu: apt install postgresql-client; macOS: brew install libpq),
or name the folder that holds them: --clients <folder>, or PGARK_BENCH_CLIENTS.`

/** Finds pg_dump and psql in that folder or in PATH. Throws a refusal that says what to install. */
export function findStockClients(folder: string | undefined, wanted: number | undefined): StockClients {
  const folders = folder === undefined ? (process.env.PATH ?? '').split(path.delimiter) : [path.resolve(folder)]
  const candidates = wanted === undefined ? folders : [debianFolder(wanted), ...folders]
  const found = candidates.map(clientsIn).filter((each) => each !== undefined)
  const match = wanted === undefined ? found[0] : found.find(({ major }) => major === wanted)
  if (match) return match
  const present = [...new Set(found.map(({ version }) => version))].join(', ')
  const what = wanted === undefined ? 'pg_dump and psql' : `pg_dump and psql of PostgreSQL ${wanted}`
  throw new Refusal(`No ${what}${present && `, only ${present}`}.\n${remedy}`)
}

function clientsIn(folder: string): StockClients | undefined {
  const pgDump = path.join(folder, 'pg_dump')
  const psql = path.join(folder, 'psql')
  if (folder === '' || !existsSync(pgDump) || !existsSync(psql)) return undefined
  const { stdout } = spawnSync(pgDump, ['--version'], { encoding: 'utf8' })
  const major = majors.find((each) => each === Number(/\(PostgreSQL\) (\d+)/.exec(stdout)?.[1]))
  if (!major) return undefined
  // /usr/bin/pg_dump of Debian is a Perl script that looks for the real one: its time is not pg_dump's.
  const real = debianFolder(major)
  if (folder !== real && path.dirname(psql) === '/usr/bin' && existsSync(path.join(real, 'psql')))
    return clientsIn(real)
  return { folder, pgDump, psql, version: stdout.trim(), major }
}

const debianFolder = (major: number) => `/usr/lib/postgresql/${major}/bin`
