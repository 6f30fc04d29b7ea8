import { type CopyReceipt, type CopyTask, PgarkError } from '@pgark/core'
import { quoteLiteral } from '@pgark/pg-sql'
import type pg from 'pg'
import type { Relation } from '../catalogue/relations.ts'
import type { Connector } from '../connection/connect.ts'
import { databaseError } from '../connection/database-error.ts'
import type { HeldSnapshot } from '../snapshot/held-snapshot.ts'
import { lockTables } from '../snapshot/lock-tables.ts'
import { setLocal, verifySettings } from '../snapshot/pinned-settings.ts'
import { copyOut } from './copy-out.ts'

/** A connection that sees the database as the held snapshot does. */
export interface SnapshotReader {
  /** Runs one task; `chunks` are the rows as COPY text, and the receipt stands when they have been read to the end. */
  copy(task: CopyTask): { chunks: AsyncIterable<Uint8Array>; receipt: () => CopyReceipt }
  readonly client: pg.Client
  close(): Promise<void>
}

/**
 * Imports the snapshot and locks every table that will be read, all at once and without waiting: while an ALTER is queued behind
 * the snapshot's own lock, a reader that waited for that ALTER would wait for itself, where the server cannot see it. So it fails
 * within milliseconds, naming who waits, rather than hours into the run.
 */
export async function openSnapshotReader(
  connector: Connector,
  snapshot: HeldSnapshot,
  tables: readonly Relation[],
  { importSnapshot = true } = {},
): Promise<SnapshotReader> {
  const client = await connector.connect(snapshot.signal)
  try {
    const begin = importSnapshot
      ? `BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET TRANSACTION SNAPSHOT ${quoteLiteral(snapshot.id)}`
      : 'BEGIN ISOLATION LEVEL READ COMMITTED, READ ONLY'
    await client.query(`${begin}; ${setLocal(snapshot.settings)}`)
    await lockTables(client, tables, { noWait: true, observer: snapshot.client })
    await verifySettings(client, snapshot.settings)
  } catch (error) {
    await client.end()
    throw databaseError(error, 'ENGINE.SNAPSHOT', 'Cannot import the snapshot')
  }
  let isCopying = false
  // Lost while definitions are read, it would be missed only at its first row.
  const stopWatching = snapshot.alsoWatch(client, 'a session that reads rows', () => isCopying)
  return {
    client,
    copy(task) {
      let rows: number | undefined
      let bytes = 0
      async function* chunks() {
        isCopying = true
        try {
          rows = yield* copyOut(client, task.sql, (length) => (bytes += length))
        } catch (error) {
          if (snapshot.signal.aborted) throw snapshot.signal.reason
          throw databaseError(error, 'ENGINE.COPY_OUT', `Cannot read ${task.table.schema}.${task.table.name}`, {
            rows: 'yes',
          })
        } finally {
          isCopying = false
        }
      }
      return {
        chunks: chunks(),
        receipt() {
          if (rows === undefined)
            throw new PgarkError('ENGINE.COPY_OUT', `${task.table.schema}.${task.table.name} was not read to its end.`)
          return { table: task.table, rows, bytes, object: task.object }
        },
      }
    },
    async close() {
      stopWatching()
      await client.end()
    },
  }
}
