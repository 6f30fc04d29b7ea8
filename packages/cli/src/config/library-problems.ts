import { backupProblems, type Problem } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import { sourceDatabase } from '../arguments/database.ts'
import { openingProblems } from '../arguments/destination.ts'
import { problemsOf } from '../arguments/problems-of.ts'
import { standIn } from '../arguments/stand-in.ts'
import { pluginsWith } from '../plugins/plugins.ts'
import type { BackupConfig } from './define-config.ts'
import { expandName } from './expand-name.ts'
import { placesOf, presetOf } from './preset-of.ts'
import { destinationOf, type ProjectConfig } from './project-config.ts'
import { under } from './values.ts'

/**
 * What the library, the engine and the packages of destinations say of a named backup, with what it names; where none is named, of
 * everything. Nothing connects. `isElsewhere`: its destinations are not used, and their packages may be missing. `onlyNamed`: databases
 * and destinations are those of their sections, what else backups name is not looked at.
 */
export async function libraryProblems(
  config: ProjectConfig,
  name?: string,
  { isElsewhere = false, onlyNamed = false } = {},
): Promise<readonly Problem[]> {
  const backups = [...config.backups].filter(([each]) => name === undefined || each === name)
  // By the path that they are told under: what is named by several is told once.
  const databases = new Map<string, string>()
  const places = new Map<string, string>()
  if (name === undefined) {
    for (const each of config.databases.keys()) databases.set(`databases.${each}`, each)
    for (const each of config.destinations.keys()) places.set(`destinations.${each}`, each)
  }
  for (const [each, backup] of onlyNamed ? [] : backups) {
    const { database } = backup
    databases.set(config.databases.has(database) ? `databases.${database}` : `backups.${each}.database`, database)
    for (const text of isElsewhere ? [] : placesOf(backup, config)) {
      places.set(destinationOf(text, config) ? `destinations.${text}` : `backups.${each}.to`, text)
    }
  }
  const problems = [
    ...[...databases].map(([path, text]) => databaseProblems(path, text, config)),
    ...[...places].map(([path, text]) => placeProblems(path, text, config)),
    ...backups.map(([each, backup]) => optionProblems(`backups.${each}`, backup, config)),
  ]
  return (await Promise.all(problems)).flat()
}

async function databaseProblems(path: string, text: string, config: ProjectConfig): Promise<readonly Problem[]> {
  if (config.databases.has(text) && !config.databases.get(text)) return []
  const plugin = pluginsWith(undefined, config)
  const problems = await problemsOf(async () => {
    const { options } = await sourceDatabase(text, process.env, config, { plugin })
    postgres(options)
  })
  return under(path, problems)
}

async function placeProblems(path: string, text: string, config: ProjectConfig): Promise<readonly Problem[]> {
  const place = expandName(text, 'destination', config)
  if (place.problems.length > 0) return []
  return under(path, await openingProblems(place.text, pluginsWith(undefined, config)))
}

async function optionProblems(path: string, backup: BackupConfig, config: ProjectConfig): Promise<readonly Problem[]> {
  const { options, engine } = presetOf(backup)
  const to = placesOf(backup, config).map((text) => standIn(expandName(text, 'destination', config).text))
  const problems = await problemsOf(() => postgres(engine))
  return under(path, [...problems, ...backupProblems({ ...options, engine: postgres({ user: 'nobody' }), to })])
}
