import type { TargetCheck } from './target-check.ts'

/** The part of the server's lock table that one restore may fill; other sessions need some of it too. */
const lockShare = 0.8
// https://www.postgresql.org/docs/current/runtime-config-locks.html
const lockCapacitySql = `
  SELECT current_setting('max_locks_per_transaction')::int8
         * (current_setting('max_connections')::int8 + current_setting('max_prepared_transactions')::int8) AS capacity`

/** One transaction keeps the locks of everything that it creates. */
export const lockSpace: TargetCheck = async ({ client, needs, request }) => {
  if (!request.singleTransaction) return []
  const { rows } = await client.query(lockCapacitySql)
  const capacity = Number(rows[0].capacity)
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
