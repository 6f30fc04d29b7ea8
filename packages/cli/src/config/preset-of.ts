import path from 'node:path'
import type { BackupOptions } from '@pgark/core'
import type { PostgresOptions } from '@pgark/engine-postgres'
import { schemeOf } from '../arguments/destination-url.ts'
import type { BackupConfig } from './define-config.ts'
import { destinationOf, type ProjectConfig } from './project-config.ts'

/** A backup as the config names it, which the flags of a command line override. */
export interface PresetBackup {
  readonly options: Partial<BackupOptions>
  readonly engine: PostgresOptions
}

export const noPreset: PresetBackup = { options: {}, engine: {} }

const ofEngine = new Set(['pgDump', 'lockTimeoutMs', 'connectTimeoutMs', 'idleTimeoutMs', 'allowPooler'])

/** The options of a named backup, told apart by who takes them; without its database and destinations. */
export function presetOf({ database: _, to: __, ...given }: BackupConfig): PresetBackup {
  const set = Object.entries(given).filter(([, value]) => value !== undefined)
  return {
    options: Object.fromEntries(set.filter(([name]) => !ofEngine.has(name))),
    engine: Object.fromEntries(set.filter(([name]) => ofEngine.has(name))),
  }
}

/** Its destinations as `--to` takes them: a path begins where the config file is. */
export function placesOf({ to }: BackupConfig, config: ProjectConfig): readonly string[] {
  const folder = path.dirname(config.file ?? '')
  return (typeof to === 'string' ? [to] : to).map((text) =>
    schemeOf(text) === undefined && !destinationOf(text, config) ? path.resolve(folder, text) : text,
  )
}
