import { PgarkError } from '@pgark/core'
import { quoteIdentifier } from '@pgark/pg-sql'
import type pg from 'pg'
import { carryStatements } from './carry-statements.ts'
import { type DatabaseProperties, readProperties } from './database-properties.ts'

/** What a database is like while it is restored into: whatever would stand in the way comes at the end. */
export const whileRestored = (properties: DatabaseProperties): DatabaseProperties => ({
  ...properties,
  connectionLimit: -1,
  allowsConnections: true,
  isTemplate: false,
  settings: properties.settings.filter(({ name }) => name !== 'default_transaction_read_only'),
})

/** Gives a database the properties of another one, within the transaction that is open, and looks whether it has them. */
export async function carryProperties(client: pg.ClientBase, from: DatabaseProperties, oid: number): Promise<void> {
  let to = await properties(client, oid)
  if (to.owner !== from.owner) {
    // Rights go over to the new owner.
    await client.query(`ALTER DATABASE ${quoteIdentifier(to.name)} OWNER TO ${quoteIdentifier(from.owner)}`)
    to = await properties(client, oid)
  }
  for (const statement of carryStatements(from, to)) await client.query(statement)
  const left = carryStatements(from, await properties(client, oid))
  if (left.length > 0) {
    throw new PgarkError('RESTORE.SWAP', `What ${from.name} has beside its content could not be given to ${to.name}.`, {
      meta: { left },
    })
  }
}

async function properties(client: pg.ClientBase, oid: number): Promise<DatabaseProperties> {
  const found = await readProperties(client, { oid })
  if (!found) throw new PgarkError('RESTORE.SWAP', `The database with the oid ${oid} has been dropped.`)
  return found
}
