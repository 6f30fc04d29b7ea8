import { formatNumberOf, validateFilters } from '@pgark/core'
import type { ProjectConfig } from '../config/project-config.ts'
import { runPlanned } from './run-planned.ts'
import type { ValidateFlags } from './validate.ts'

export async function runValidate(
  flags: ValidateFlags,
  database: string | undefined,
  config: ProjectConfig,
): Promise<void> {
  await runPlanned(flags, database, config, async (options, reporter) => {
    const { findings } = await validateFilters(options)
    reporter.end()
    if (flags.json) return
    const lines = findings.map(({ severity, code, message }) => `${severity}: ${code}: ${message}`)
    const count = Object.keys(options.filters ?? {}).length
    process.stdout.write(`${[...lines, `ok: ${formatNumberOf(count, 'filter')} checked by the server`].join('\n')}\n`)
  })
}
