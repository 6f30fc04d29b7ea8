import type { Problem } from '@pgark/core'
import { known } from './backup-problems.ts'
import { checkedConfig } from './checked-config.ts'
import type { BackupConfig, PgarkConfig } from './define-config.ts'
import { libraryProblems } from './library-problems.ts'
import { type Fields, isRecord } from './values.ts'

/**
 * What the library, the engine and the packages of destinations say of those parts of a config file in which nothing was found: told
 * together with what was found in the others, so that correcting these does not bring new problems to light.
 */
export async function remainingProblems(
  config: unknown,
  found: readonly Problem[],
  file: string,
): Promise<readonly Problem[]> {
  if (!isRecord(config)) return []
  const isSound = (path: string) =>
    found.every(({ message }) => !message.startsWith(`${path}:`) && !message.startsWith(`${path}.`))
  const soundOf = (section: string) =>
    Object.entries(isRecord(config[section]) ? config[section] : {}).filter(([name]) => isSound(`${section}.${name}`))
  const sound = {
    databases: Object.fromEntries(soundOf('databases')),
    destinations: Object.fromEntries(soundOf('destinations')),
    plugins: isSound('plugins') ? config.plugins : [],
  } as PgarkConfig
  const project = checkedConfig(sound, file)
  const backups = Object.entries(isRecord(config.backups) ? config.backups : {})
  const options = backups.flatMap(([name, backup]): [string, BackupConfig][] => {
    if (!isRecord(backup) || !isComplete(name, backup, project.destinations, isSound)) return []
    const ofBackup = Object.entries(backup).filter(([key]) => known.includes(key) && isSound(`backups.${name}.${key}`))
    return [[name, Object.fromEntries(ofBackup) as unknown as BackupConfig]]
  })
  return await libraryProblems({ ...project, backups: new Map(options) }, undefined, { onlyNamed: true })
}

/** Whether it is known in which format a backup is written, on which depends what its other options may be. */
function isComplete(
  name: string,
  { to, format }: Fields,
  destinations: ReadonlyMap<string, unknown>,
  isSound: (path: string) => boolean,
): boolean {
  const path = `backups.${name}`
  const isThere = (place: unknown) => typeof place === 'string' && (/[/]/.test(place) || destinations.has(place))
  return isSound(`${path}.to`) && (format !== undefined || [to].flat().every(isThere))
}
