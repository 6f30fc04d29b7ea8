import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import packageJson from '../../package.json' with { type: 'json' }
import { installedPackage } from '../plugins/installed-package.ts'

/**
 * `pgark` and those of its packages that a module in that folder would not find, by name, with where this command has them. A config
 * file imports `defineConfig` from `pgark` also where pgark is installed globally, or was run by npx.
 */
export function ownPackages(folder: string): ReadonlyMap<string, URL> {
  const names = ['pgark', ...Object.keys(packageJson.dependencies).filter((name) => name.startsWith('@pgark/'))]
  const missing = names.filter((name) => installedPackage(name, folder) === undefined)
  return new Map(missing.map((name) => [name, new URL(import.meta.resolve(name))]))
}

/** Has `import` and `require` find these packages where there are none of that name. */
export function provide(packages: ReadonlyMap<string, URL>): void {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      try {
        return nextResolve(specifier, context)
      } catch (error) {
        const url = packages.get(specifier)?.href
        if (url === undefined) throw error
        return { url, format: 'module', shortCircuit: true }
      }
    },
  })
}

/** The same for jiti, which resolves by itself. */
export const aliasesOf = (packages: ReadonlyMap<string, URL>): Record<string, string> =>
  Object.fromEntries([...packages].map(([name, url]) => [name, fileURLToPath(url)]))
