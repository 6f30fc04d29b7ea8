import path from 'node:path'
import type { PgarkConfig } from './define-config.ts'
import { placeOf } from './place-of.ts'
import type { NamedDestination, ProjectConfig } from './project-config.ts'

/** The parts of a config file in which nothing is wrong, as commands use them. */
export function checkedConfig({ databases, destinations, backups, plugins }: PgarkConfig, file: string): ProjectConfig {
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
