import { existsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { refuseConfig } from './config-error.ts'

export const configNames = ['ts', 'mts', 'js', 'mjs', 'json'].map((ending) => `pgark.config.${ending}`)

/**
 * The config file of a folder, or of the nearest folder above it, up to the root of its package (the nearest package.json) or the home
 * folder. Throws `USAGE.CONFIG` where a folder has several.
 */
export function findConfig(from: string, home = homedir()): string | undefined {
  for (let folder = from; folder === from || !isOpenToAll(folder); folder = path.dirname(folder)) {
    const [found, ...others] = configNames.map((name) => path.join(folder, name)).filter((file) => existsSync(file))
    if (found !== undefined) {
      const named = others.map((file) => path.basename(file)).join(', ')
      const problem = { message: `There is also ${named}.`, hint: 'keep one of them, or name one: --config <file>' }
      refuseConfig(found, named === '' ? [] : [problem])
      return found
    }
    const isRoot = existsSync(path.join(folder, 'package.json'))
    if (isRoot || folder === home || folder === path.dirname(folder)) return undefined
  }
  return undefined
}

/** A config file is code: above the working directory it is not taken from where anybody could have put it, such as /tmp. */
const isOpenToAll = (folder: string) => (statSync(folder).mode & 0o002) !== 0
