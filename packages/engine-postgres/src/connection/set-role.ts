import { PgarkError } from '@pgark/core'
import { quoteIdentifier } from '@pgark/pg-sql'
import type pg from 'pg'
import { sqlstate } from './database-error.ts'

/** Acts as a role from here on. Throws `RESTORE.ROLE` when the user may not. */
export async function setRole(client: pg.Client, role: string): Promise<void> {
  try {
    await client.query(`SET ROLE ${quoteIdentifier(role)}`)
  } catch (cause) {
    throw new PgarkError(
      'RESTORE.ROLE',
      `The target's user cannot act as the role ${role} (SQLSTATE ${sqlstate(cause)}).`,
      {
        hint: 'check that the role exists there, and that the user is a member of it',
      },
    )
  }
}
