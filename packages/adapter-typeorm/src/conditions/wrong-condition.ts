import { PgarkError } from '@pgark/core'

/** What is wrong with a condition. Never quotes a value. */
export const wrongCondition = (message: string, hint: string): PgarkError =>
  new PgarkError('USAGE.FILTER', message, { hint })
