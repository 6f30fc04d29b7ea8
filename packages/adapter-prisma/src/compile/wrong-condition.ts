import { PgarkError } from '@pgark/core'

/** A condition that is wrong, or means nothing that a backup can have. */
export const wrongCondition = (message: string, hint: string) => new PgarkError('USAGE.FILTER', message, { hint })
