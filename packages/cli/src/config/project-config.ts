import { titleOf } from './config-error.ts'
import type { BackupConfig, DatabaseConfig, RetentionConfig } from './define-config.ts'
import { splitName } from './names.ts'

/** A destination of the config file. */
export interface NamedDestination {
  /** Its URL with all parameters, or the absolute path of its folder; undefined where it is not set. */
  readonly place: string | undefined
  readonly retention: RetentionConfig | undefined
  readonly prune: boolean
}

/** A config file that was checked, or nothing where there is none. */
export interface ProjectConfig {
  /** Absolute. */
  readonly file: string | undefined
  readonly databases: ReadonlyMap<string, DatabaseConfig>
  readonly destinations: ReadonlyMap<string, NamedDestination>
  readonly backups: ReadonlyMap<string, BackupConfig>
  /** Packages, and absolute paths of modules. */
  readonly plugins: readonly string[]
}

export const noConfig: ProjectConfig = {
  file: undefined,
  databases: new Map(),
  destinations: new Map(),
  backups: new Map(),
  plugins: [],
}

/** The config file as it is called in messages. */
export const configTitle = ({ file }: ProjectConfig): string => (file === undefined ? 'no config file' : titleOf(file))

/** The destination that a text names, or a place within. */
export const destinationOf = (text: string, { destinations }: ProjectConfig): NamedDestination | undefined =>
  destinations.get(splitName(text).name)
