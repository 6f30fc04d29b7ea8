import type { Problem } from '@pgark/core'
import { isConnectionString } from '../arguments/database-problems.ts'
import { backupProblems } from './backup-problems.ts'
import { destinationProblems } from './destination-problems.ts'
import { isName } from './names.ts'
import { isOrmDatabase, ormDatabaseProblems } from './orm-database.ts'
import { expected, type Fields, isRecord, keyProblems, kindOf } from './values.ts'

const sections = ['databases', 'destinations', 'backups', 'plugins']

/**
 * Everything that is wrong with what a config file says, each with its path, as far as that can be told without loading the engine
 * and the packages of destinations.
 */
export function* configProblems(config: unknown, folder: string): Iterable<Problem> {
  if (!isRecord(config)) {
    yield { message: `Expected an object, got ${kindOf(config)}.`, hint: 'export default defineConfig({ … })' }
    return
  }
  yield* keyProblems('', config, sections)
  yield* entryProblems(config, 'databases', databaseProblems)
  yield* entryProblems(config, 'destinations', (path, value) => destinationProblems(path, value, folder))
  yield* entryProblems(config, 'backups', (path, value) => backupProblems(path, value, config))
  const { plugins = [] } = config
  if (!Array.isArray(plugins)) yield expected('plugins', 'a list of packages', plugins)
  else {
    for (const [at, plugin] of plugins.entries()) {
      if (typeof plugin !== 'string' || plugin === '') yield expected(`plugins.${at}`, 'the name of a package', plugin)
    }
  }
}

function* entryProblems(
  config: Fields,
  section: string,
  problemsOf: (path: string, value: unknown) => Iterable<Problem>,
): Iterable<Problem> {
  const { [section]: named = {} } = config
  if (!isRecord(named)) {
    yield expected(section, 'an object, by name', named)
    return
  }
  for (const [name, value] of Object.entries(named)) {
    if (!isName(name)) yield { message: `${section}.${name}: A name has letters, digits, _ and - only.` }
    yield* problemsOf(`${section}.${name}`, value)
  }
}

function* databaseProblems(path: string, value: unknown): Iterable<Problem> {
  if (value === undefined || value === '') return
  if (isRecord(value)) {
    if (isOrmDatabase(value)) yield* ormDatabaseProblems(path, value)
  } else if (typeof value !== 'string') yield expected(path, 'a URL, a connection string or an object', value)
  else if (!isConnectionString(value)) {
    const hint = "write postgres://user@host/database or 'host=… dbname=…'"
    yield { message: `${path}: It is neither a URL nor a connection string.`, hint }
  }
}
