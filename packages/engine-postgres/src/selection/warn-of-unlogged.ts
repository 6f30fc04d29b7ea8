import type { RunContext } from '@pgark/core'
import type { SelectedRelations } from './select-relations.ts'

/** As with pg_dump, a backup of a standby has of what is unlogged only the definition; unlike pg_dump it says so. */
export function warnOfUnlogged({ withoutContent }: SelectedRelations, run: RunContext): void {
  for (const { schema, name, kind } of withoutContent) {
    const content =
      kind === 'S'
        ? `The value of the unlogged sequence ${schema}.${name} is`
        : `The rows of the unlogged table ${schema}.${name} are`
    run.onEvent({
      type: 'warning',
      code: 'SELECTION.UNLOGGED',
      message: `${content} not in the backup: a standby has none.`,
      hint: 'back up the primary if you need them',
    })
  }
}
