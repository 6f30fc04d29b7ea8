import { isPgarkError, PgarkError, type RunContext, type Selection } from '@pgark/core'
import type pg from 'pg'
import { isLockable, listRelations, listSchemas, type Relation, readSearchPath } from '../catalogue/relations.ts'
import { requireReadable } from '../checks/require-readable.ts'
import { requireUtf8Names } from '../checks/require-utf8-names.ts'
import type { Connector } from '../connection/connect.ts'
import { databaseError } from '../connection/database-error.ts'
import { beginPinned } from '../connection/pinned-transaction.ts'
import { readServer, type Server } from '../connection/server.ts'
import { type SelectedRelations, selectRelations } from '../selection/select-relations.ts'
import { lockTables } from './lock-tables.ts'
import { pinnedSettings, setLocal, verifySettings } from './pinned-settings.ts'
import { type ConnectionWatch, watchConnection } from './watch-connection.ts'

/** The database at one instant, held open for every connection that reads it. */
export interface HeldSnapshot {
  /** What other connections import. */
  readonly id: string
  /** ISO 8601 in UTC, by the server's clock. */
  readonly time: string
  readonly lsn: string
  readonly server: Server
  readonly selected: SelectedRelations
  /** The exporting transaction: for questions about the catalogue as it was at that instant. */
  readonly client: pg.Client
  readonly settings: Readonly<Record<string, string>>
  /** The run's own signal, and this transaction's: aborts with `ENGINE.CONNECTION_LOST` as soon as its connection is gone. */
  readonly signal: AbortSignal
  /** Lets `signal` abort also when that connection is lost. */
  readonly alsoWatch: ConnectionWatch['alsoWatch']
  /** Ends the transaction and its connection. Idempotent. */
  release(): Promise<void>
}

/** Points between the steps of a backup; tests put other sessions' statements there. Rows may be read before all is `defined`. */
export type SnapshotStep = 'listed' | 'locked' | 'exported' | 'opened' | 'defined'
export type StepHook = (step: SnapshotStep) => Promise<void> | void

export interface SnapshotOptions {
  readonly selection: Selection
  readonly serializable: boolean
  readonly onStep?: StepHook
}

/**
 * Takes a snapshot that no other session can pull a table out from under:
 * 1. list the tables, on a connection of its own, and see that all of them can be read;
 * 2. lock them in the transaction that will export, *before* it takes its snapshot, so that no TRUNCATE or rewrite falls between;
 * 3. export the snapshot and list again under it: where a table is new, gone or rewritten, begin again, once, then fail;
 * 4. keep the transaction, its locks and its connection until `release`.
 */
export async function holdSnapshot(
  connector: Connector,
  options: SnapshotOptions,
  run: RunContext,
): Promise<HeldSnapshot> {
  const first = await tryToHold(connector, options, run)
  if (!('changed' in first)) return first
  run.log.debug(`tables changed while they were being locked (${first.changed}); beginning again`)
  const second = await tryToHold(connector, options, run)
  if (!('changed' in second)) return second
  throw new PgarkError(
    'ENGINE.TABLES_CHANGED',
    `Tables were created, dropped or rewritten twice while they were being locked: ${second.changed}.`,
    {
      hint: 'run it again when no migration is running',
      retryable: true,
    },
  )
}

async function tryToHold(
  connector: Connector,
  options: SnapshotOptions,
  run: RunContext,
): Promise<HeldSnapshot | { changed: string }> {
  const { selection, serializable, onStep } = options
  run.onEvent({ type: 'phase', name: 'connect' })
  const observer = await connector.connect(run.signal)
  let release = async () => {}
  try {
    const searchPath = await readSearchPath(observer)
    await beginPinned(observer, connector.options.lockTimeoutMs)
    const server = await readServer(observer)
    await requireUtf8Names(observer, server)
    const settings = pinnedSettings(server.versionNum, connector.options.lockTimeoutMs)
    const leader = await connector.connect(run.signal)
    const watch = watchConnection(leader, run.signal, 'the transaction that holds the snapshot')
    release = async () => {
      watch.stop()
      await leader.end()
    }
    // At once: a session that is idle outside a transaction has a timeout of its own.
    const mode = serializable ? 'SERIALIZABLE, READ ONLY, DEFERRABLE' : 'REPEATABLE READ, READ ONLY'
    await leader.query(`BEGIN ISOLATION LEVEL ${mode}; ${setLocal(settings)}`)
    const listed = selectRelations(await listRelations(observer, searchPath), await listSchemas(observer), selection)
    await requireReadable({ client: observer, server, selected: listed, options: connector.options })
    await onStep?.('listed')

    run.onEvent({ type: 'phase', name: 'lock' })
    await lockTables(leader, listed.relations.filter(isLockable), { noWait: false, observer })
    await onStep?.('locked')

    run.onEvent({ type: 'phase', name: 'snapshot' })
    const { rows } = await leader.query(exportSql)
    watch.keepInUse()
    await verifySettings(leader, settings)
    const selected = selectRelations(await listRelations(leader, searchPath), await listSchemas(leader), selection)
    const changed = changedTable(listed.relations, selected.relations)
    if (changed !== undefined) {
      await release()
      return { changed }
    }
    await onStep?.('exported')
    const [{ id, time, lsn }] = rows
    const { signal, alsoWatch } = watch
    return { id, time, lsn, server, selected, client: leader, settings, signal, alsoWatch, release }
  } catch (error) {
    await release()
    if (isPgarkError(error) && error.code === 'ENGINE.TABLES_CHANGED') return { changed: error.message }
    throw run.signal.aborted ? run.signal.reason : databaseError(error, 'ENGINE.SNAPSHOT', 'Cannot take a snapshot')
  } finally {
    await observer.end()
  }
}

const exportSql = `
  SELECT pg_export_snapshot() AS id,
         to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS time,
         (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END)::text AS lsn`

/** The first table that is not the same before the locks, under the snapshot, and now. */
function changedTable(listed: readonly Relation[], selected: readonly Relation[]): string | undefined {
  const before = new Map(listed.filter(isLockable).map((relation) => [relation.oid, relation]))
  const describe = ({ schema, name }: Relation, what: string) => `${schema}.${name} ${what}`
  for (const relation of selected.filter(isLockable)) {
    const known = before.get(relation.oid)
    if (!known) return describe(relation, 'is new')
    if (known.schema !== relation.schema || known.name !== relation.name) return describe(relation, 'was renamed')
    if (relation.filenode !== relation.currentFilenode && relation.filenode !== 0)
      return describe(relation, 'was rewritten')
    before.delete(relation.oid)
  }
  const [gone] = before.values()
  return gone && describe(gone, 'is gone')
}
