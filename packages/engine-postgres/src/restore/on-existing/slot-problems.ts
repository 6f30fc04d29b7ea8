import type { Finding } from '@pgark/core'
import type pg from 'pg'
import type { ExistingObject } from '../parallel/existing-objects.ts'
import { refusal } from '../target-checks/target-check.ts'

// Who is no superuser may not read all columns of pg_subscription; these it may.
const withSlotSql = 'SELECT oid::text FROM pg_subscription WHERE oid = ANY ($1::oid[]) AND subslotname IS NOT NULL'

/**
 * To drop a subscription with a replication slot removes that at its publisher, which no transaction can undo; without, the slot
 * stays there and keeps more WAL all the time.
 */
// https://www.postgresql.org/docs/current/sql-dropsubscription.html
export async function slotProblems(
  client: pg.ClientBase,
  dropped: readonly ExistingObject[],
  database: string,
): Promise<Finding[]> {
  const subscriptions = dropped.filter(({ entry }) => entry.description === 'SUBSCRIPTION')
  if (subscriptions.length === 0) return []
  const { rows } = await client.query(withSlotSql, [subscriptions.map(({ objectId }) => objectId)])
  const withSlot = new Set(rows.map(({ oid }) => oid))
  return refusal(
    'REFUSED.EXISTS',
    subscriptions.filter(({ objectId }) => withSlot.has(objectId)).map(({ label }) => label),
    (names) => `${names}: has a replication slot at its publisher and is in ${database}; nothing was changed.`,
    'drop it by hand (DROP SUBSCRIPTION), or part it from its slot (ALTER SUBSCRIPTION … DISABLE, then … SET (slot_name = NONE))',
  )
}
