import path from 'node:path'
import type { ProjectConfig } from '../config/project-config.ts'

/** What may know the scheme of a URL. */
export interface Plugins {
  /** Packages, or paths of modules; the first that knows it is taken. */
  readonly names: readonly string[]
  /** Where packages are looked for, besides the working directory and where the command is. */
  readonly folders: readonly string[]
}

export const noPlugins: Plugins = { names: [], folders: [] }

/** With those of the config, and its folder as one where packages are looked for. */
export function pluginsWith({ names, folders }: Plugins = noPlugins, { file, plugins }: ProjectConfig): Plugins {
  return { names: [...names, ...plugins], folders: file === undefined ? folders : [...folders, path.dirname(file)] }
}
