import type { CopyReceipt, CopyTask } from '@pgark/core'
import { quoteLiteral } from '@pgark/pg-sql'
import type pg from 'pg'
import type { Relation } from '../catalogue/relations.ts'
import type { Connector } from '../connection/connect.ts'
import { databaseError } from '../connection/database-error.ts'
import type { HeldSnapshot } from '../snapshot/held-snapshot.ts'
import { lockTables } from '../snapshot/lock-tables.ts'
import { setLocal, verifySettings } from '../snapshot/pinned-settings.ts'
import { CopyKernel } from './copy-kernel.ts'
import { CopyReceiver } from './copy-receiver.ts'
import { kernelSocket } from './kernel-socket.ts'

/** What a connection may have received before it is asked for: a chunk of a table whose turn comes after another's. */
const readAheadBytes = 4 * 1024 * 1024

/** A connection that sees the database as the held snapshot does. */
export interface SnapshotReader {
  /** Begins a task at once, reading some MB ahead, and yields its rows as COPY text, in blocks that do not align with rows. */
  copy(task: CopyTask): AsyncGenerator<Uint8Array, CopyReceipt>
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
  const kernel = new CopyKernel()
  const client = await connector.connect(snapshot.signal, undefined, () => kernelSocket(kernel))
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
  let running: CopyReceiver | undefined
  // Lost while definitions are read, it would be missed only at its first row.
  const stopWatching = snapshot.alsoWatch(client, 'a session that reads rows', () => running?.isReceiving ?? false)
  return {
    client,
    copy(task) {
      const receiver = new CopyReceiver(task.sql, kernel, readAheadBytes)
      running = receiver
      client.query(receiver)
      return rowsOf(receiver, task, snapshot.signal)
    },
    async close() {
      stopWatching()
      await client.end()
    },
  }
}

async function* rowsOf(
  receiver: CopyReceiver,
  task: CopyTask,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, CopyReceipt> {
  let bytes = 0
  try {
    for await (const block of receiver.blocks) {
      bytes += block.length
      yield block
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw databaseError(error, 'ENGINE.COPY_OUT', `Cannot read ${task.table.schema}.${task.table.name}`, {
      rows: 'yes',
    })
  } finally {
    receiver.abandon()
  }
  return { table: task.table, rows: receiver.rows, bytes, digest: receiver.digest, object: task.object }
}
