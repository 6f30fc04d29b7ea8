import { isPgarkError, PgarkError } from '../errors/pgark-error.ts'
import { tellError } from '../errors/tell-error.ts'

export interface Failure {
  /** The destination, for people. */
  readonly location: string
  readonly error: unknown
}

/** The call is to be changed, not to be made again. */
export const isRefusal = (error: unknown) => isPgarkError(error) && /^(USAGE|REFUSED)\./.test(error.code)

/** Why there is no backup: of a single destination its own error, of several all of them, told as problems. */
export function failedTogether(failures: readonly Failure[]): unknown {
  const [first] = failures
  if (failures.length <= 1) return first?.error
  const problems = failures.map(({ location, error }) => {
    const { code, message, hint } = tellError(error)
    return { message: `${location}: ${code}: ${message}`, ...(hint !== undefined && { hint }) }
  })
  const errors = failures.map(({ error }) => error)
  const code = errors.every(isRefusal) ? 'REFUSED.DESTINATIONS' : 'DESTINATION.ALL_FAILED'
  return new PgarkError(code, problems.map(({ message }) => message).join('\n'), {
    meta: { problems },
    retryable: errors.every((error) => isPgarkError(error) && error.retryable),
    cause: new AggregateError(errors),
  })
}
