import type { Cleaner } from '@pgark/core'
import { scanForBackslash } from '@pgark/pg-sql'
import { type CleanOptions, resolveOptions } from './options.ts'
import { cleanScript } from './script/clean-script.ts'

/** A cleaner of a backup's definitions: `cleanScript` for each. It leaves none out. Throws `USAGE.OPTIONS`. */
export function sqlCleaner(options: CleanOptions = {}): Cleaner {
  const resolved = resolveOptions(options)
  return {
    specVersion: 1,
    name: 'sql',
    keepsAll: true,
    async clean(definition) {
      const { backslashAt, endsOpen } = scanForBackslash(definition.sql)
      // Nothing that pg_dump writes: whoever puts it into a script refuses it, which must not be spoilt by making it look better.
      if (backslashAt !== undefined || endsOpen) return definition
      const parts: Uint8Array[] = []
      for await (const part of cleanScript(once(definition.sql), resolved)) parts.push(part)
      return { ...definition, sql: Buffer.concat(parts).toString() }
    },
  }
}

async function* once(sql: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(sql)
}
