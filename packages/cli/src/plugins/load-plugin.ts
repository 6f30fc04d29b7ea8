import type { ExporterPlugin } from '@pgark/core'
import { type Loaded, loadModule, pluginOf } from './load-module.ts'

export type LoadedPlugin = Loaded<ExporterPlugin>

/** The exporter of a package, or of the module at a path. Undefined where no such package is installed. Throws `USAGE.PLUGIN` for what brings none. */
export async function loadPlugin(name: string, folders: readonly string[]): Promise<LoadedPlugin | undefined> {
  const loaded = await loadModule(name, folders)
  return loaded && pluginOf<ExporterPlugin>(loaded, 'exporter', 'scheme', 'open')
}
