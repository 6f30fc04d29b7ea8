import { type Problem, refuseProblems } from '@pgark/core'
import { refuseConfig } from '../config/config-error.ts'
import { expandName } from '../config/expand-name.ts'
import { libraryProblems } from '../config/library-problems.ts'
import { placesOf, presetOf } from '../config/preset-of.ts'
import { destinationOf, type ProjectConfig } from '../config/project-config.ts'
import { Interrupted } from '../signals.ts'
import { reportError } from '../terminal/report-error.ts'
import type { BackupFlags } from './backup.ts'
import { runBackup } from './run-backup.ts'
import { runPrune } from './run-prune.ts'

/** Makes a backup of the config, to the places that `--to` names or else to its own, and prunes those that are to be pruned. */
export async function runNamed(
  flags: BackupFlags,
  name: string,
  config: ProjectConfig,
  given: readonly string[] | undefined,
): Promise<void> {
  const backup = config.backups.get(name)
  if (!backup || config.file === undefined) throw new TypeError(`Expected a backup of the config, got ${name}`)
  refuseConfig(config.file, await libraryProblems(config, name, { isElsewhere: given !== undefined }))
  const named = given ?? placesOf(backup, config)
  const places = named.map((text) => expandName(text, 'destination', config))
  refuseProblems(places.flatMap(({ problems }): readonly Problem[] => problems))
  const to = places.map(({ text }) => text)
  const result = await runBackup({ ...flags, to }, backup.database, config, presetOf(backup))
  for (const [at, { ok }] of result?.destinations.entries() ?? []) {
    const destination = destinationOf(named[at] ?? '', config)
    if (ok && destination?.prune) await pruneAfter(flags, to[at] ?? '', destination.retention)
  }
}

/** The backup is there, whatever becomes of this. */
async function pruneAfter(flags: BackupFlags, place: string, retention: Parameters<typeof runPrune>[2]): Promise<void> {
  const { json, quiet, verbose, debug, plugin } = flags
  const common = { ...(json && { json }), ...(quiet && { quiet }), ...(verbose && { verbose }) }
  try {
    await runPrune({ ...common, ...(plugin && { plugin }), yes: true }, place, retention)
  } catch (error) {
    if (error instanceof Interrupted) throw error
    reportError(error, { json: false, debug: debug === true })
    process.exitCode = 4
  }
}
