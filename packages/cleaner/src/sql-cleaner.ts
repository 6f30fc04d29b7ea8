import type { Cleaner } from '@pgark/core'
import { scanForBackslash } from '@pgark/pg-sql'
import { type CleanOptions, resolveOptions } from './options.ts'
import { settingRules } from './rules/settings.ts'
import { cleanScript } from './script/clean-script.ts'

const stripped = {
  message: 'qualifiers cannot be stripped in a backup, whose rows and checks go by the names of its tables.',
  hint: 'restore into another schema with renameSchemas, or strip a plain dump: cleanScript(), pgark clean --qualifiers strip',
}

/**
 * A cleaner of a backup's definitions: `cleanScript` for each. It leaves none out. Throws `USAGE.OPTIONS`, also for `qualifiers: 'strip'`:
 * definitions alone do not go into another schema; rows, values of sequences and what a restore compares would still name theirs.
 */
export function sqlCleaner(options: CleanOptions = {}): Cleaner {
  const resolved = resolveOptions(options, options.qualifiers === 'strip' ? [stripped] : [])
  return {
    specVersion: 1,
    name: 'sql',
    keepsAll: true,
    async clean(definition) {
      const { backslashAt, endsOpen } = scanForBackslash(definition.sql)
      // Nothing that pg_dump writes: whoever puts it into a script refuses it, which must not be spoilt by making it look better.
      if (backslashAt !== undefined || endsOpen) return definition
      const sql = mayNeedMore(definition.sql, resolved) ? await cleanSql(definition.sql, resolved) : definition.sql
      // Whoever writes it ends it, and leaves a line blank.
      return { ...definition, sql: resolved.blankLines === 'strip' ? sql.trimEnd() : sql }
    },
  }
}

const blankLines = /^\s*\n|\n\s*\n\s*\n/
const comment = /--|\/\*/
const setting = new RegExp(
  `\\b(?:${[...settingRules]
    .filter(([, rule]) => rule.isStripped)
    .map(([name]) => name)
    .join('|')})\\b`,
  'i',
)

/** Nearly no definition of pg_dump has anything that could go, and there may be thousands. */
const mayNeedMore = (sql: string, options: Required<CleanOptions>) =>
  (options.blankLines === 'strip' && blankLines.test(sql)) ||
  (options.comments === 'strip' && comment.test(sql)) ||
  (options.settings === 'strip' && setting.test(sql))

async function cleanSql(sql: string, options: Required<CleanOptions>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of cleanScript(once(sql), options)) parts.push(part)
  return Buffer.concat(parts).toString()
}

async function* once(sql: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(sql)
}
