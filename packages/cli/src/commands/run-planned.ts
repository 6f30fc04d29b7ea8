import type { BackupOptions, UnwrittenBackupOptions } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import { sourceDatabase } from '../arguments/database.ts'
import { refuseConfig } from '../config/config-error.ts'
import { inWordsOfConfig } from '../config/in-words-of-config.ts'
import { libraryProblems } from '../config/library-problems.ts'
import { onTopOf, replacedFilters } from '../config/on-top-of.ts'
import { noPreset, presetOf } from '../config/preset-of.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import { untilInterrupted } from '../signals.ts'
import { createReporter, type Reporter } from '../terminal/reporter.ts'
import { filtersOf } from './filters-of.ts'
import type { PlannedFlags } from './planned-flags.ts'
import { patternsOf } from './selection-flags.ts'
import { sourceOptions } from './source-options.ts'

/** Of a backup of the config, what decides which rows are read; the rest has no meaning where nothing is written. */
const reading = [
  ...(['schemas', 'excludeSchemas', 'tables', 'excludeTables', 'excludeTableData'] as const),
  ...(['schemaOnly', 'dataOnly', 'filters'] as const),
]

/** Has something looked at that a backup of the flags, or of the config with them on top, would read. */
export async function runPlanned(
  flags: PlannedFlags,
  argument: string | undefined,
  config: ProjectConfig,
  look: (options: UnwrittenBackupOptions, reporter: Reporter) => Promise<void>,
): Promise<void> {
  const backup = config.backups.get(flags.backup ?? '')
  if (backup && flags.backup !== undefined) {
    refuseConfig(config.file ?? '', await libraryProblems(config, flags.backup, { isElsewhere: true }))
  }
  const preset = backup ? presetOf(backup) : noPreset
  const presetOptions: Partial<BackupOptions> = Object.fromEntries(
    reading.flatMap((key) => (preset.options[key] === undefined ? [] : [[key, preset.options[key]]])),
  )
  const ofFlags = { ...patternsOf(flags), ...filtersOf(flags) }
  const options = { ...presetOptions, ...onTopOf(presetOptions, ofFlags) }
  const chosen = await sourceDatabase(argument ?? backup?.database, process.env, config, flags)
  const engine = postgres({ ...chosen.options, ...preset.engine, ...sourceOptions(flags) })
  const reporter = createReporter(flags)
  const { onEvent, log } = reporter
  reporter.say(`database: ${engine.location} (from ${chosen.origin})`)
  for (const line of replacedFilters(presetOptions, ofFlags)) reporter.say(line)
  try {
    await inWordsOfConfig(presetOptions, ofFlags, () =>
      untilInterrupted((signal) => look({ ...options, engine, onEvent, log, signal }, reporter)),
    )
  } finally {
    reporter.end()
  }
}
