import { PgarkError } from '@pgark/core'
import { type LoadedPlugin, loadPlugin } from './load-plugin.ts'
import type { Plugins } from './plugins.ts'
import { refuseMissing } from './refuse-missing.ts'

/** Packages of pgark itself. Those of others are called `pgark-exporter-<scheme>`. */
const ownPackages: ReadonlyMap<string, string> = new Map([
  ['s3', '@pgark/exporter-s3'],
  ['gs', '@pgark/exporter-gcs'],
])

/**
 * The exporter for URLs of a scheme: the first of the named plugins that is for it, otherwise that of the package that is called for it.
 * Throws `USAGE.PLUGIN` when a package is missing, with what installs it, or brings something else.
 */
export async function pluginFor(scheme: string, { names, folders }: Plugins): Promise<LoadedPlugin> {
  const others: LoadedPlugin[] = []
  for (const name of names) {
    const loaded = (await loadPlugin(name, folders)) ?? refuseMissing(`The plugin ${name} is not installed.`, name)
    if (loaded.plugin.scheme === scheme) return loaded
    others.push(loaded)
  }
  const name = ownPackages.get(scheme) ?? `pgark-exporter-${scheme}`
  const loaded = await loadPlugin(name, folders)
  if (!loaded) {
    const told = others.map(({ title, plugin }) => ` ${title} is for ${plugin.scheme}://.`).join('')
    return refuseMissing(`${scheme}:// needs the package ${name}, which is not installed.${told}`, name)
  }
  if (loaded.plugin.scheme === scheme) return loaded
  const message = `${loaded.title} is for ${loaded.plugin.scheme}://, not for ${scheme}://.`
  throw new PgarkError('USAGE.PLUGIN', message, { hint: 'name the package for it: --plugin <package>' })
}
