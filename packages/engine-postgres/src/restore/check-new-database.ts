import { PgarkError, type RestoreNeeds, type RestoreRequest, type RunContext } from '@pgark/core'
import type { Connector } from '../connection/connect.ts'
import { databaseError } from '../connection/database-error.ts'
import { beginPinned } from '../connection/pinned-transaction.ts'
import { readServer } from '../connection/server.ts'
import { setRole } from '../connection/set-role.ts'
import { knownNeeds } from './chosen-tablespace.ts'
import { existingDatabase, onMaintenance } from './create-database.ts'
import { serverChecks } from './target-checks/checks.ts'
import { refuseTarget } from './target-checks/refuse-target.ts'

const databaseSql = `
  SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1) AS exists, rolname AS me, rolcreatedb OR rolsuper AS "mayCreate"
  FROM pg_roles WHERE rolname = current_user`

/**
 * Sees from another database of the server whether the target can be created and restored into. Throws `REFUSED.EXISTS` when it is
 * there, `REFUSED.CREATE` when the role may not create databases, and everything else that the server lacks at once.
 */
export async function checkNewDatabase(
  connector: Connector,
  request: RestoreRequest,
  needs: RestoreNeeds | undefined,
  run: RunContext,
): Promise<void> {
  const name = connector.options.database
  await onMaintenance(connector, run.signal, async (client) => {
    try {
      await beginPinned(client, connector.options.lockTimeoutMs)
      const { rows } = await client.query(databaseSql, [name])
      const [{ exists, mayCreate, me }] = rows
      if (exists) throw existingDatabase(name)
      if (!mayCreate) {
        throw new PgarkError('REFUSED.CREATE', `The role ${me} may not create databases.`, {
          hint: `ALTER ROLE ${me} CREATEDB, or have the database created and leave out --create-database`,
        })
      }
      const server = await readServer(client)
      await client.query('COMMIT')
      const known = knownNeeds(needs, request)
      if (!known) return
      if (request.role !== undefined) await setRole(client, request.role)
      await beginPinned(client, connector.options.lockTimeoutMs)
      await refuseTarget(serverChecks, { client, server, needs: known, request }, run)
    } catch (error) {
      throw run.signal.aborted
        ? run.signal.reason
        : databaseError(error, 'RESTORE.CREATE_DATABASE', `Cannot look whether ${name} can be created`)
    }
  })
}
