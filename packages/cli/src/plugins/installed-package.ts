import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

/** A module that can be loaded, found and not yet read. */
export interface FoundModule {
  /** What it is called in messages: a package's name and version, or a path. */
  readonly title: string
  /** The file to load. Throws what Node says of a package that names none. */
  entry(): string
}

/** A package as a module in that folder would find it; undefined where it is not installed. */
export function installedPackage(name: string, folder: string): FoundModule | undefined {
  const require = createRequire(path.join(folder, 'module.js'))
  // Not by what `resolve` throws: it says the same of a package that is not there and of one that lacks its file.
  const manifest = (require.resolve.paths(name) ?? [])
    .map((modules) => path.join(modules, name, 'package.json'))
    .find((file) => existsSync(file))
  if (manifest === undefined) return undefined
  const { version } = JSON.parse(readFileSync(manifest, 'utf8'))
  return { title: `${name} ${version}`, entry: () => require.resolve(name) }
}
