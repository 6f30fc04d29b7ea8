import { existsSync } from 'node:fs'
import path from 'node:path'
import { checkedConfig } from './checked-config.ts'
import { refuseConfig } from './config-error.ts'
import { configProblems } from './config-problems.ts'
import type { ConfigContext, PgarkConfig } from './define-config.ts'
import { findConfig } from './find-config.ts'
import { noConfig, type ProjectConfig } from './project-config.ts'

/**
 * Finds, loads and checks the config file: the one that is named (`false`: none), or that of the working directory. Throws
 * `USAGE.CONFIG` with all problems at once.
 */
export async function openConfig(named: string | false | undefined, context: ConfigContext): Promise<ProjectConfig> {
  if (named === false) return noConfig
  const file = named === undefined ? findConfig(process.cwd()) : path.resolve(named)
  if (file === undefined) return noConfig
  if (!existsSync(file)) refuseConfig(file, [{ message: 'There is no such file.', hint: 'check --config' }])
  const { loadConfig } = await import('./load-config.ts')
  const config = await loadConfig(file, context)
  const problems = [...configProblems(config, path.dirname(file))]
  if (problems.length > 0) {
    const { remainingProblems } = await import('./remaining-problems.ts')
    refuseConfig(file, [...problems, ...(await remainingProblems(config, problems, file))])
  }
  return checkedConfig(config as PgarkConfig, file)
}
