import { PgarkError, type RestoreRequest, type RunContext } from '@pgark/core'
import type { ExistingPlan } from './plan.ts'

/** Names in a message; all of them are in the question, and in what `--verbose` tells. */
const firstObjects = 10

/** Asks for consent to what the plan destroys or adds to; throws `REFUSED.CONSENT` without it. */
export async function askConsent(
  { question, destruction }: ExistingPlan,
  { consent, onExisting }: RestoreRequest,
  database: string,
  run: RunContext,
): Promise<void> {
  if (!question) return
  const { action, objects } = question
  for (const object of objects) run.log.debug(`on existing ${onExisting}: ${object}`)
  const summary = `${action} in ${database}: ${shortened(objects)}`
  if (!(await consent?.({ database, action, objects }))) {
    throw new PgarkError('REFUSED.CONSENT', `The restore would ${summary}; nothing was changed.`, {
      hint: 'allow it with --yes if that is what you want; --dry-run lists all of it',
      meta: { onExisting, objects },
    })
  }
  if (destruction)
    run.onEvent({ type: 'warning', code: 'RESTORE.DESTROYS', message: `The restore is about to ${summary}.` })
}

export function shortened(objects: readonly string[]): string {
  const more = objects.length - firstObjects
  return [...objects.slice(0, firstObjects), ...(more > 0 ? [`and ${more} more`] : [])].join('; ')
}
