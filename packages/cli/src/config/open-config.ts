import { existsSync } from 'node:fs'
import path from 'node:path'
import { refuseConfig } from './config-error.ts'
import { configProblems } from './config-problems.ts'
import type { ConfigContext, PgarkConfig } from './define-config.ts'
import { findConfig } from './find-config.ts'
import { placeOf } from './place-of.ts'
import { type NamedDestination, noConfig, type ProjectConfig } from './project-config.ts'

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
  refuseConfig(file, [...configProblems(config, path.dirname(file))])
  return checkedConfig(config as PgarkConfig, file)
}

function checkedConfig({ databases, destinations, backups, plugins }: PgarkConfig, file: string): ProjectConfig {
  const folder = path.dirname(file)
  const absolute = (plugin: string) => (plugin.startsWith('.') ? path.resolve(folder, plugin) : plugin)
  const places = Object.entries(destinations ?? {}).map(([name, given]): [string, NamedDestination] => {
    const { url, options, retention, prune } = typeof given === 'object' ? given : { url: given }
    return [name, { place: placeOf(url, options, folder), retention, prune: prune ?? false }]
  })
  return {
    file,
    databases: new Map(Object.entries(databases ?? {})),
    destinations: new Map(places),
    backups: new Map(Object.entries(backups ?? {})),
    plugins: (plugins ?? []).map(absolute),
  }
}
