import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { PgarkError } from '@pgark/core'
import { type FoundModule, installedPackage } from './installed-package.ts'
import { pluginFault } from './plugin-fault.ts'

/** What was loaded, and what it is called in messages. */
export interface LoadedModule {
  readonly title: string
  readonly exports: Readonly<Record<string, unknown>>
}

/** What a package brings, and what the package is called in messages. */
export interface Loaded<Plugin> {
  readonly title: string
  readonly plugin: Plugin
}

/**
 * A package, which is looked for from the working directory, then from these folders, then beside the command; or the file at a path,
 * which begins with a dot or is absolute. Undefined where no such package is installed. Throws `USAGE.PLUGIN` for what cannot be loaded.
 */
export async function loadModule(name: string, folders: readonly string[]): Promise<LoadedModule | undefined> {
  const found = isPath(name) ? moduleAt(name) : packageFrom([process.cwd(), ...folders, besideCommand], name)
  return found && { title: found.title, exports: await load(found) }
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

async function load({ title, entry }: FoundModule): Promise<LoadedModule['exports']> {
  try {
    return await import(pathToFileURL(entry()).href)
  } catch (cause) {
    throw pluginFault(`${title} cannot be loaded`, cause)
  }
}

/** What a module exports by the name of its contract, of version 1 and with that text and that function. Throws `USAGE.PLUGIN` otherwise. */
export function pluginOf<Plugin>(
  { title, exports }: LoadedModule,
  contract: 'exporter' | 'adapter',
  text: keyof Plugin & string,
  call: keyof Plugin & string,
): Loaded<Plugin> {
  const { [contract]: plugin } = exports
  const { specVersion, [text]: name, [call]: open } = (plugin ?? {}) as Readonly<Record<string, unknown>>
  if (specVersion === 1 && typeof name === 'string' && typeof open === 'function') {
    return { title, plugin: plugin as Plugin }
  }
  if (typeof specVersion === 'number' && specVersion !== 1) {
    const message = `${title} is for version ${specVersion} of the ${contract} contract, this pgark for version 1.`
    throw new PgarkError('USAGE.PLUGIN', message, { hint: 'install another version of it, or of pgark' })
  }
  throw new PgarkError('USAGE.PLUGIN', `${title} brings no ${contract} that pgark can use.`, {
    hint: `it must export one by the name ${contract}, with specVersion, ${text} and ${call}()`,
  })
}
