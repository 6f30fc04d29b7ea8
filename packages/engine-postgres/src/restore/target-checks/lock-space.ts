import type pg from 'pg'
import type { TargetCheck } from './target-check.ts'

/** The part of the server's lock table that one restore may fill; other sessions need some of it too. */
const lockShare = 0.8
/** Each process that the server may have brings its room with it; 18 counts autovacuum's by a setting of its own. */
// https://www.postgresql.org/docs/current/runtime-config-locks.html#GUC-MAX-LOCKS-PER-TRANSACTION
const lockCapacitySql = `
  SELECT current_setting('max_locks_per_transaction')::int8 * (
    1 + coalesce(current_setting('autovacuum_worker_slots', true), current_setting('autovacuum_max_workers'))::int8
    + (SELECT sum(current_setting(name)::int8) FROM unnest(ARRAY[
         'max_connections', 'max_worker_processes', 'max_wal_senders', 'max_prepared_transactions']) AS name)) AS capacity`

/** How many locks all sessions of the server can have. */
async function lockCapacity(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query(lockCapacitySql)
  return Number(rows[0].capacity)
}

/** Whether one transaction may take so many. */
export const hasLockSpace = async (client: pg.ClientBase, locks: number) =>
  locks <= (await lockCapacity(client)) * lockShare

/** One transaction keeps the locks of everything that it creates. */
export const lockSpace: TargetCheck = async ({ client, needs, request }) => {
  if (!request.singleTransaction) return []
  const capacity = await lockCapacity(client)
  if (needs.lockEstimate <= capacity * lockShare) return []
  return [
    {
      severity: 'error',
      code: 'REFUSED.LOCK_SPACE',
      message: `The restore needs about ${needs.lockEstimate} locks in one transaction, the target's lock table has room for ${capacity}.`,
      hint: 'restore without one transaction (--no-single-transaction), or raise max_locks_per_transaction there',
    },
  ]
}
