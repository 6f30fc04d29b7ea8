import { type Finding, runContext } from '../contracts/run.ts'
import { refuseProblems } from '../errors/problems.ts'
import { inTables } from '../orm/in-tables.ts'
import { resolveUnwritten, type UnwrittenBackupOptions } from './backup-options.ts'

export interface ValidateResult {
  /** What is worth knowing of the filters, though nothing is wrong with them. */
  readonly findings: readonly Finding[]
}

/**
 * Has the server check every filter of a backup with these options, without reading rows or writing anything. Rejects with
 * `USAGE.FILTER` and all that is wrong, each with the filter's table and name; with `USAGE.OPTIONS` for anything else in the options.
 */
export async function validateFilters<Conditions>(
  options: UnwrittenBackupOptions<Conditions>,
): Promise<ValidateResult> {
  const resolved = resolveUnwritten(options)
  const { engine } = options
  if (!engine.validateFilters) refuseProblems([{ message: `The engine ${engine.name} has no filters.` }])
  const run = runContext(options)
  const named = await inTables(resolved, engine.orm)
  const findings = (await engine.validateFilters?.({ ...resolved, ...named, id: 'validate' }, run)) ?? []
  run.onEvent({ type: 'result', command: 'validate', ok: true, findings })
  return { findings }
}
