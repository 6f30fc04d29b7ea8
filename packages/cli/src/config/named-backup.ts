import { didYouMean, type Problem } from '@pgark/core'
import { databaseProblems } from '../arguments/database-problems.ts'
import { configTitle, type ProjectConfig } from './project-config.ts'

/**
 * What is wrong with the name of a backup of the config, and with its database unless another one is used.
 *
 * @param otherDatabase the one that is used
 */
export function* backupNameProblems(
  name: string | undefined,
  config: ProjectConfig,
  otherDatabase?: string,
): Iterable<Problem> {
  const { file, backups } = config
  const names = backups.size > 0 ? `there are ${[...backups.keys()].join(', ')}` : 'it has no backups'
  const backup = backups.get(name ?? '')
  if (file === undefined) {
    const hint = 'pgark init writes one; --config <file> names one that is elsewhere'
    yield { message: 'There is no config file here or above.', hint }
  } else if (name === undefined) {
    yield { message: 'Which backup? The name is missing.', hint: `in ${configTitle(config)} ${names}` }
  } else if (!backup) {
    const hint = didYouMean(name, backups.keys()) ?? names
    yield { message: `There is no backup ${name} in ${configTitle(config)}.`, hint }
  } else if (otherDatabase === undefined) {
    yield* databaseProblems(`backups.${name}.database`, backup.database, config)
  }
}
