import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type ExporterPlugin, PgarkError } from '@pgark/core'
import { type FoundModule, installedPackage } from './installed-package.ts'
import { pluginFault } from './plugin-fault.ts'

/** What a package brings, and what the package is called in messages. */
export interface LoadedPlugin {
  readonly title: string
  readonly plugin: ExporterPlugin
}

/**
 * The exporter of a package, which is looked for from the working directory, then from these folders, then beside the command; or of the
 * file at a path, which begins with a dot or is absolute. Undefined where no such package is installed. Throws `USAGE.PLUGIN` for what
 * brings no exporter.
 */
export async function loadPlugin(name: string, folders: readonly string[]): Promise<LoadedPlugin | undefined> {
  const found = isPath(name) ? moduleAt(name) : packageFrom([process.cwd(), ...folders, besideCommand], name)
  return found && { title: found.title, plugin: checked(found.title, await load(found)) }
}

const isPath = (name: string) => name.startsWith('.') || path.isAbsolute(name)
const moduleAt = (name: string): FoundModule => ({ title: name, entry: () => path.resolve(name) })
const besideCommand = path.dirname(fileURLToPath(import.meta.url))

function packageFrom(folders: readonly string[], name: string): FoundModule | undefined {
  for (const folder of folders) {
    const found = installedPackage(name, folder)
    if (found) return found
  }
  return undefined
}

async function load({ title, entry }: FoundModule): Promise<{ exporter?: unknown }> {
  try {
    return await import(pathToFileURL(entry()).href)
  } catch (cause) {
    throw pluginFault(`${title} cannot be loaded`, cause)
  }
}

function checked(title: string, { exporter }: { exporter?: unknown }): ExporterPlugin {
  const { specVersion, scheme, open } = (exporter ?? {}) as Partial<Record<keyof ExporterPlugin, unknown>>
  if (specVersion === 1 && typeof scheme === 'string' && typeof open === 'function') return exporter as ExporterPlugin
  if (typeof specVersion === 'number' && specVersion !== 1) {
    const message = `${title} is for version ${specVersion} of the exporter contract, this pgark for version 1.`
    throw new PgarkError('USAGE.PLUGIN', message, { hint: 'install another version of it, or of pgark' })
  }
  throw new PgarkError('USAGE.PLUGIN', `${title} brings no exporter that pgark can use.`, {
    hint: 'it must export one by the name exporter, with specVersion, scheme and open()',
  })
}
