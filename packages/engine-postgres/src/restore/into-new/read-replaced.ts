import { PgarkError } from '@pgark/core'
import type pg from 'pg'
import { readServer } from '../../connection/server.ts'
import { type DatabaseProperties, readProperties } from './database-properties.ts'

/** What a restore into a new database depends on, seen from another database of the server. */
export interface Replaced {
  readonly target: DatabaseProperties
  readonly me: string
  readonly mayCreate: boolean
  readonly isOwner: boolean
  /** Whether a database can be given to the target's owner. */
  readonly mayGive: boolean
  /** Whether a database can be made in the target's tablespace. */
  readonly mayPlace: boolean
  /** Of the target's. */
  readonly subscriptions: readonly string[]
  readonly slots: readonly string[]
}

const factsSql = (canSet: string) => `
  SELECT pg_is_in_recovery() AS "isStandby", me.rolname AS me, me.rolsuper OR me.rolcreatedb AS "mayCreate",
         pg_has_role(me.oid, $2::name, 'USAGE') AS "isOwner", pg_has_role(me.oid, $2::name, '${canSet}') AS "mayGive",
         $3 = 'pg_default' OR has_tablespace_privilege(me.oid, $3, 'CREATE') AS "mayPlace",
         ARRAY(SELECT subname::text FROM pg_subscription WHERE subdbid = $1 AND subenabled ORDER BY 1) AS subscriptions,
         ARRAY(SELECT slot_name::text FROM pg_replication_slots WHERE datoid = $1 AND NOT temporary ORDER BY 1) AS slots
  FROM pg_roles me WHERE me.rolname = current_user`
/** From here on who is a member of a role need not be allowed to act as it. */
const setOptionVersionNum = 160_000

/** Throws `REFUSED.NO_DATABASE` when there is nothing to take the place of, and `REFUSED.STANDBY` on a server that only reads. To be asked in a pinned transaction. */
export async function readReplaced(client: pg.ClientBase, database: string): Promise<Replaced> {
  const { versionNum } = await readServer(client)
  const target = await readProperties(client, { name: database })
  if (!target) {
    throw new PgarkError('REFUSED.NO_DATABASE', `There is no database ${database} to take the place of.`, {
      hint: 'to make it: --create-database',
    })
  }
  const canSet = versionNum < setOptionVersionNum ? 'MEMBER' : 'SET'
  const { rows } = await client.query(factsSql(canSet), [target.oid, target.owner, target.tablespace])
  const { isStandby, ...facts } = rows[0]
  if (isStandby) {
    throw new PgarkError('REFUSED.STANDBY', `${target.name} is on a standby, which only reads.`, {
      hint: 'restore into its primary',
    })
  }
  return { target, ...facts }
}
