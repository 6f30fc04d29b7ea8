import { formatNumberOf, validateFilters } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import { sourceDatabase } from '../arguments/database.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import { untilInterrupted } from '../signals.ts'
import { createReporter } from '../terminal/reporter.ts'
import { filtersOf } from './filters-of.ts'
import { patternsOf } from './selection-flags.ts'
import { sourceOptions } from './source-options.ts'
import type { ValidateFlags } from './validate.ts'

export async function runValidate(
  flags: ValidateFlags,
  database: string | undefined,
  config: ProjectConfig,
): Promise<void> {
  const chosen = sourceDatabase(database, process.env, config)
  const engine = postgres({ ...chosen.options, ...sourceOptions(flags) })
  const reporter = createReporter(flags)
  const { onEvent, log } = reporter
  reporter.say(`database: ${engine.location} (from ${chosen.origin})`)
  try {
    const options = { engine, ...patternsOf(flags), ...filtersOf(flags), onEvent, log }
    const { findings } = await untilInterrupted((signal) => validateFilters({ ...options, signal }))
    reporter.end()
    if (flags.json) return
    const lines = findings.map(({ severity, code, message }) => `${severity}: ${code}: ${message}`)
    const outcome = `ok: ${formatNumberOf(flags.where?.length ?? 0, 'filter')} checked by the server`
    process.stdout.write(`${[...lines, outcome].join('\n')}\n`)
  } finally {
    reporter.end()
  }
}
