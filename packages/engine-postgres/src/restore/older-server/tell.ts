import type { RunContext } from '@pgark/core'
import type { Rewriting } from './rule.ts'

const firstNames = 20

/** No rewriting is silent: what, of which objects, and what the target has instead. */
export function tellRewritten(
  { feature, since, lost }: Rewriting,
  objects: readonly string[],
  run: Pick<RunContext, 'onEvent'>,
): void {
  run.onEvent({
    type: 'warning',
    code: 'RESTORE.REWRITTEN',
    message: `${feature} came with PostgreSQL ${since}, the target is older; ${lost}: ${listed(objects)}.`,
    hint: `restore into PostgreSQL ${since} or newer if it matters`,
  })
}

export const listed = (names: readonly string[]) =>
  names.length > firstNames
    ? `${names.slice(0, firstNames).join(', ')} and ${names.length - firstNames} more`
    : names.join(', ')
