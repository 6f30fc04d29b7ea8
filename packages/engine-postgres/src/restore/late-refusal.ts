import { isPgarkError, PgarkError } from '@pgark/core'
import type { Execution } from './execution.ts'

/**
 * A refusal says that nothing was changed. Without one transaction, what comes late in a script is met when statements before it
 * were run, and they stay: then the restore has failed.
 */
export function lateRefusal(error: unknown, { isUnchanged, outcome }: Execution): unknown {
  if (!isPgarkError(error) || !error.code.startsWith('REFUSED.') || isUnchanged()) return error
  const { message, code, hint, meta } = error
  return new PgarkError('RESTORE.REFUSED', `${message.replace(/\.$/, '')}; ${outcome()}.`, {
    meta: { ...meta, refusal: code },
    ...(hint && { hint }),
    cause: error,
  })
}
