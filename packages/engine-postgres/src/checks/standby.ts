import type { Finding } from '@pgark/core'
import type { CheckedSource } from './source-check.ts'

// https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-CONFLICT
const standbySql = `
  SELECT pg_is_in_recovery() AS "isStandby", current_setting('max_standby_streaming_delay') AS delay,
         current_setting('hot_standby_feedback')::bool AS feedback`
const waitsForEver = '-1'

/** A standby cancels what it reads when the primary has removed rows that are still read, after a delay. */
export async function standby({ client }: CheckedSource): Promise<Finding[]> {
  const { rows } = await client.query(standbySql)
  const { isStandby, delay, feedback } = rows[0]
  if (!isStandby) return []
  const settings = `max_standby_streaming_delay = ${delay}, hot_standby_feedback = ${feedback ? 'on' : 'off'}`
  if (delay === waitsForEver || feedback) {
    const message = `The server is a standby (${settings}).`
    return [{ severity: 'info', code: 'DOCTOR.STANDBY', message, hint: 'nothing to do' }]
  }
  return [
    {
      severity: 'warning',
      code: 'DOCTOR.STANDBY',
      message: `The server is a standby (${settings}): a backup that is in the way of replay for ${delay} is cancelled.`,
      hint: 'set hot_standby_feedback = on, or max_standby_streaming_delay = -1 or longer than a backup takes',
    },
  ]
}
