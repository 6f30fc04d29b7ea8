import type { RunContext } from '@pgark/core'
import type { PlainItem } from '@pgark/pg-archive'
import type { Progress } from './progress.ts'
import type { TargetSession } from './target-session.ts'

/**
 * Whether the target is too old for a statement that the restore can do without, and tells so: a setting, or statistics of the
 * planner, which are no content and which ANALYZE makes again. pg_dump 18 and newer write them.
 */
export async function isUnknownToTarget(
  { summary: { kind, object = '', setting }, place }: PlainItem,
  target: TargetSession,
  progress: Progress,
  run: RunContext,
): Promise<boolean> {
  if (setting !== undefined && !(await target.knowsSetting(setting))) {
    const message = `${place()}: the target does not know the setting ${setting}; it was left out.`
    run.onEvent({ type: 'warning', code: 'RESTORE.UNKNOWN_SETTING', message })
    return true
  }
  if (kind !== 'statistics' || (await target.knowsFunction(object))) return false
  // There are some for each column of each table.
  if (!progress.told.statistics) {
    const message = `${place()}: the target does not know ${object}; statistics of the planner are left out.`
    run.onEvent({ type: 'warning', code: 'RESTORE.STATISTICS', message, hint: 'run ANALYZE there' })
    progress.told.statistics = true
  }
  return true
}
