import { setTimeout } from 'node:timers/promises'
import { PgarkError } from '@pgark/core'
import { askPinned } from '../../connection/ask-pinned.ts'
import type { Connector } from '../../connection/connect.ts'
import { onMaintenance } from '../create-database.ts'
import { readProperties } from './database-properties.ts'

export interface SentSwap {
  /** The process that was to commit it. */
  readonly pid: number
  /** Of the database that was to be replaced. */
  readonly oid: number
  /** The name that it was to get. */
  readonly kept: string
}

const lookAgainMs = 50

/**
 * Whether the names were swapped, when the connection is lost that was to do it: asked on another one, once the lost one's process
 * has ended and nothing can change any more. Throws `RESTORE.COMMIT_UNKNOWN` where that cannot be had within the lock timeout.
 */
export async function hasSwapped(connector: Connector, { pid, oid, kept }: SentSwap): Promise<boolean> {
  const { lockTimeoutMs } = connector.options
  const deadline = Date.now() + lockTimeoutMs
  try {
    return await onMaintenance(connector, AbortSignal.timeout(lockTimeoutMs), async (client) => {
      const isThere = 'SELECT FROM pg_catalog.pg_stat_activity WHERE pid OPERATOR(pg_catalog.=) $1'
      while ((await client.query(isThere, [pid])).rowCount) {
        if (Date.now() >= deadline) throw new Error('its process has not ended')
        await setTimeout(lookAgainMs)
      }
      return await askPinned(client, lockTimeoutMs, async () => (await readProperties(client, { oid }))?.name === kept)
    })
  } catch (cause) {
    throw new PgarkError('RESTORE.COMMIT_UNKNOWN', 'The connection was lost while names were being swapped.', {
      hint: `look whether there is a database ${kept}: if so it is the old one, and everything is done`,
      cause,
    })
  }
}
