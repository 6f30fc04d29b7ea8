import { PgarkError } from '@pgark/core'

/** What stands in the way of using the application's Prisma: its client, config file or schema. */
export const wrongOrm = (message: string, hint: string) => new PgarkError('USAGE.ORM', message, { hint })
