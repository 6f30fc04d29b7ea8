import type { TableEstimate } from '../contracts/engine.ts'
import { runContext } from '../contracts/run.ts'
import { refuseProblems } from '../errors/problems.ts'
import { inTables } from '../orm/in-tables.ts'
import { resolveUnwritten, type UnwrittenBackupOptions } from './backup-options.ts'
import { flagProblems, isObject } from './check-call.ts'

/** As for a backup; what is not said is as there. */
export interface EstimateOptions<Conditions = unknown> extends UnwrittenBackupOptions<Conditions> {
  /** Count the rows, which reads all tables, instead of asking the planner. Default false. */
  exact?: boolean
}

export interface EstimateResult {
  /** Every table whose rows would be in the backup. */
  readonly tables: readonly TableEstimate[]
}

/**
 * What a backup with these options would come to, table by table: rows, and bytes on the server's disk, with its filters and
 * without. Writes nothing. Rejects with `USAGE.FILTER` where a filter is wrong, with `USAGE.OPTIONS` for anything else in the options.
 */
export async function estimate<Conditions>(options: EstimateOptions<Conditions>): Promise<EstimateResult> {
  const { exact = false, ...ofBackup } = isObject(options) ? options : ({} as EstimateOptions)
  const resolved = resolveUnwritten(
    isObject(options) ? ofBackup : options,
    isObject(options) ? flagProblems(options, ['exact']) : [],
  )
  const { engine } = options
  if (!engine.estimate) refuseProblems([{ message: `The engine ${engine.name} cannot estimate.` }])
  const run = runContext(options)
  const named = await inTables(resolved, engine.orm)
  const tables = (await engine.estimate?.({ ...resolved, ...named, id: 'estimate', exact }, run)) ?? []
  run.onEvent({ type: 'result', command: 'estimate', ok: true, exact, tables })
  return { tables }
}
