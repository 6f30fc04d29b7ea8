import type { CopyReceipt, CopyTask } from '@pgark/core'
import { quoteLiteral } from '@pgark/pg-sql'
import type pg from 'pg'
import type { Relation } from '../catalogue/relations.ts'
import type { Connector } from '../connection/connect.ts'
import { databaseError } from '../connection/database-error.ts'
import { underSearchPath } from '../filters/search-path.ts'
import type { HeldSnapshot } from '../snapshot/held-snapshot.ts'
import { lockNowSql, lockProblem, lockTables, qualifiedName } from '../snapshot/lock-tables.ts'
import { setLocal, verifySettings } from '../snapshot/pinned-settings.ts'
import { CopyKernel } from './copy-kernel.ts'
import { CopyReceiver } from './copy-receiver.ts'
import { kernelSocket } from './kernel-socket.ts'
import { ReadAhead } from './read-ahead.ts'

/** A connection that sees the database as the held snapshot does. */
export interface SnapshotReader {
  /** Begins a task at once, and goes on with it as far as what was received before leaves room. One at a time. */
  copy(task: CopyTask): TaskInProgress
  readonly client: pg.Client
  close(): Promise<void>
}

export interface TaskInProgress {
  /** The rows as COPY text, in blocks that do not align with rows. */
  readonly rows: AsyncGenerator<Uint8Array, CopyReceipt>
  /** Resolves when all of it was received, though perhaps not read, with whether another task can follow. */
  readonly isComplete: Promise<boolean>
}

export interface ReaderOptions {
  /** Tables to lock before anything is read; others are locked with their first task. */
  readonly lockNow: readonly Relation[]
  /** Bytes that it may have received before they are asked for. */
  readonly readAheadBytes: number
  /** False in tests only. */
  readonly importSnapshot?: boolean | undefined
}

/**
 * Imports the snapshot. Tables are locked without waiting: while an ALTER is queued behind the snapshot's own lock, a reader that
 * waited for that ALTER would wait for itself, where the server cannot see it. So it fails within milliseconds, naming who waits.
 */
export async function openSnapshotReader(
  connector: Connector,
  snapshot: HeldSnapshot,
  { lockNow, readAheadBytes, importSnapshot = true }: ReaderOptions,
): Promise<SnapshotReader> {
  const kernel = new CopyKernel()
  const client = await connector.connect(snapshot.signal, undefined, () => kernelSocket(kernel))
  try {
    const begin = importSnapshot
      ? `BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET TRANSACTION SNAPSHOT ${quoteLiteral(snapshot.id)}`
      : 'BEGIN ISOLATION LEVEL READ COMMITTED, READ ONLY'
    await client.query(`${begin}; ${setLocal(snapshot.settings)}`)
    await lockTables(client, lockNow, { noWait: true, observer: snapshot.client })
    await verifySettings(client, snapshot.settings)
  } catch (error) {
    await client.end()
    throw databaseError(error, 'ENGINE.SNAPSHOT', 'Cannot import the snapshot')
  }
  const tables = new Map(snapshot.selected.withRows.map((relation) => [qualifiedName(relation), relation]))
  const locked = new Set(lockNow.map(qualifiedName))
  const readAhead = new ReadAhead(readAheadBytes, () => client.connection.stream.resume())
  let running: CopyReceiver | undefined
  // Lost while definitions are read, it would be missed only at its first row.
  const stopWatching = snapshot.alsoWatch(client, 'a session that reads rows', () => running?.isReceiving ?? false)
  return {
    client,
    copy(task) {
      const name = qualifiedName(task.table)
      const table = tables.get(name)
      if (!table) throw new RangeError(`${name} is no table of the snapshot.`)
      const sql = underSearchPath(task.sql, task.settings.search_path ?? '')
      const receiver = new CopyReceiver(locked.has(name) ? sql : lockNowSql(name) + sql, table, kernel, readAhead)
      locked.add(name)
      running = receiver
      client.query(receiver)
      return { rows: rowsOf(receiver, task, table, snapshot), isComplete: receiver.isComplete }
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
  table: Relation,
  { signal, client }: HeldSnapshot,
): AsyncGenerator<Uint8Array, CopyReceipt> {
  let bytes = 0
  try {
    for await (const block of receiver.blocks) {
      bytes += block.length
      yield block
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    const problem = await lockProblem(error, [table], client)
    const what = `Cannot read ${table.schema}.${table.name}${task.filter === undefined ? '' : ` with the filter ${task.filter}`}`
    throw problem ?? databaseError(error, 'ENGINE.COPY_OUT', what, { rows: 'yes' })
  } finally {
    receiver.abandon()
  }
  return { table: task.table, rows: receiver.rows, bytes, digest: receiver.digest, object: task.object }
}
