import { readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { PgarkError } from '@pgark/core'
import { printAsTalk } from '../terminal/print-as-talk.ts'
import { refuseConfig, titleOf } from './config-error.ts'
import type { ConfigContext } from './define-config.ts'
import { aliasesOf, ownPackages, provide } from './own-packages.ts'

/**
 * What a config file says, unchecked: its JSON, or what its default export is or answers. Node loads it; jiti does where Node cannot:
 * TypeScript before 22.18, enums and the like, imports without an ending. Throws `USAGE.CONFIG` with the file's own error as cause.
 */
export async function loadConfig(file: string, context: ConfigContext): Promise<unknown> {
  try {
    if (file.endsWith('.json')) return JSON.parse(readFileSync(file, 'utf8'))
    return await printAsTalk(async () => {
      const { default: config } = await load(file)
      refuseConfig(file, config === undefined ? [noDefault] : [])
      return typeof config === 'function' ? await config(context) : await config
    })
  } catch (cause) {
    if (cause instanceof PgarkError && cause.code === 'USAGE.CONFIG') throw cause
    const [why = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n')
    const hint = 'correct it; --debug shows where it failed, --no-config does without it'
    throw new PgarkError('USAGE.CONFIG', `${titleOf(file)} cannot be loaded: ${why.trim().replace(/\.$/, '')}.`, {
      hint,
      cause,
    })
  }
}

const noDefault = {
  message: 'It has no default export.',
  hint: 'write export default defineConfig({ … })',
}

/** What Node says before anything of the file has run, and jiti can do. */
const beyondNode = new Set([
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_MODULE_NOT_FOUND',
  'ERR_UNSUPPORTED_DIR_IMPORT',
  'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING',
])

async function load(file: string): Promise<{ default?: unknown }> {
  const packages = ownPackages(path.dirname(file))
  provide(packages)
  try {
    return await import(pathToFileURL(file).href)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    // Syntax that Node does not strip, and names that are types only.
    if (!beyondNode.has(code) && !(error instanceof SyntaxError)) throw error
    const { createJiti } = await import('jiti')
    const jiti = createJiti(pathToFileURL(file).href, { alias: aliasesOf(packages), fsCache: false })
    return await jiti.import(file)
  }
}
