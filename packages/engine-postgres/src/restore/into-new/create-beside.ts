import type { RunContext } from '@pgark/core'
import type { Connector } from '../../connection/connect.ts'
import { databaseError } from '../../connection/database-error.ts'
import { type CreatedDatabase, createWith, dropAgain, onMaintenance } from '../create-database.ts'
import { beginChange } from './begin-change.ts'
import { carryProperties, whileRestored } from './carry-properties.ts'
import { createLike } from './create-like.ts'
import { type DatabaseProperties, readProperties } from './database-properties.ts'

/** Creates the connector's database as an empty one like another, with all that is to be carried over and does not stand in the way. */
export async function createBeside(
  connector: Connector,
  like: DatabaseProperties,
  run: RunContext,
): Promise<CreatedDatabase & { readonly oid: number }> {
  const { database, lockTimeoutMs } = connector.options
  const created = await createWith(connector, createLike(like), run)
  try {
    const oid = await onMaintenance(connector, run.signal, async (client) => {
      await beginChange(client, lockTimeoutMs)
      const made = await readProperties(client, { name: database })
      if (!made) throw new Error(`${database} has gone`)
      await carryProperties(client, whileRestored(like), made.oid)
      await client.query('COMMIT')
      return made.oid
    })
    run.onEvent({ type: 'database', name: database, replaces: like.name })
    return { ...created, oid }
  } catch (error) {
    await dropAgain(connector, created.drop, run)
    if (run.signal.aborted) throw run.signal.reason
    throw databaseError(error, 'RESTORE.CREATE_DATABASE', `Cannot make ${database} like ${like.name}`)
  }
}
