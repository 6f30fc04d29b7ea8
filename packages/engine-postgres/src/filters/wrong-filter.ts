import { PgarkError } from '@pgark/core'

/** What is wrong with one filter. Whoever catches it says which one. */
export const wrongFilter = (message: string, hint?: string) =>
  new PgarkError('USAGE.FILTER', message, hint === undefined ? {} : { hint })
