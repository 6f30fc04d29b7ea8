import { didYouMean, type Problem } from '@pgark/core'
import { isConnectionString } from '../arguments/database-problems.ts'
import { schemeOf, urlProblems } from '../arguments/destination-url.ts'
import type { BackupConfig } from './define-config.ts'
import { isName, splitName } from './names.ts'
import { expected, type Fields, isRecord, keyProblems } from './values.ts'

/** All there are, which the compiler sees to. */
export const known = Object.keys({
  database: true,
  to: true,
  format: true,
  compression: true,
  jobs: true,
  chunkSizeBytes: true,
  name: true,
  metadata: true,
  overwrite: true,
  header: true,
  disableTriggers: true,
  encoding: true,
  serializable: true,
  filters: true,
  onOrphans: true,
  filterValues: true,
  renameSchemas: true,
  renameTables: true,
  cleaners: true,
  schemas: true,
  excludeSchemas: true,
  tables: true,
  excludeTables: true,
  excludeTableData: true,
  schemaOnly: true,
  dataOnly: true,
  noOwner: true,
  noPrivileges: true,
  pgDump: true,
  lockTimeoutMs: true,
  connectTimeoutMs: true,
  idleTimeoutMs: true,
  allowPooler: true,
} satisfies Record<keyof BackupConfig, true>)

/** What is wrong with a named backup, but for what the library has to say of its options. */
export function* backupProblems(path: string, backup: unknown, config: Fields): Iterable<Problem> {
  if (!isRecord(backup)) {
    yield expected(path, 'an object', backup)
    return
  }
  yield* keyProblems(path, backup, known)
  yield* databaseProblems(`${path}.database`, backup.database, namesIn(config.databases))
  const destinations = namesIn(config.destinations)
  const { to } = backup
  if (!Array.isArray(to)) yield* placeProblems(`${path}.to`, to, destinations)
  else if (to.length === 0) yield { message: `${path}.to: The list is empty.` }
  else {
    for (const [at, each] of to.entries()) {
      if (to.indexOf(each) < at) yield { message: `${path}.to.${at}: It is given more than once.` }
      yield* placeProblems(`${path}.to.${at}`, each, destinations)
    }
  }
}

const namesIn = (section: unknown): string[] => (isRecord(section) ? Object.keys(section) : [])

function* databaseProblems(path: string, database: unknown, names: readonly string[]): Iterable<Problem> {
  if (typeof database !== 'string') yield expected(path, 'the name of a database', database)
  else if (!isConnectionString(database) && !names.includes(database)) {
    yield missing(path, database, 'databases', names, 'a URL or a connection string')
  }
}

function* placeProblems(path: string, to: unknown, names: readonly string[]): Iterable<Problem> {
  if (typeof to !== 'string') yield expected(path, 'the name of a destination', to)
  else if (schemeOf(to) !== undefined) yield* urlProblems(`${path}: It`, to)
  else if (!/^\.{0,2}\//.test(to) && !names.includes(splitName(to).name)) {
    yield missing(path, splitName(to).name, 'destinations', names, 'a URL or a path that begins with ./, ../ or /')
  }
}

/** What is no name is not repeated: it may be a secret in the wrong place. */
function missing(path: string, text: string, section: string, names: readonly string[], otherwise: string): Problem {
  const hint = didYouMean(text, names)
  const what = isName(text) ? `There is no ${text} in ${section}` : `It is no name in ${section}`
  return { message: `${path}: ${what}, and it is not ${otherwise}.`, ...(hint && { hint }) }
}
