import { type BackupRequest, type Contents, type ObjectSink, PgarkError, type RunContext } from '@pgark/core'
import { type Archive, compress, readToc } from '@pgark/pg-archive'
import { inForeignKeyOrder } from '../catalogue/foreign-key-order.ts'
import { isLockable } from '../catalogue/relations.ts'
import { readTableShapes } from '../catalogue/table-columns.ts'
import { readTableSizes } from '../catalogue/table-sizes.ts'
import type { Connector } from '../connection/connect.ts'
import { databaseError, sqlstate } from '../connection/database-error.ts'
import { openSnapshotReader, type SnapshotReader } from '../copy/snapshot-reader.ts'
import { choosePgDump } from '../definitions/choose.ts'
import { describeProgram } from '../definitions/describe-program.ts'
import { dumpDefinitions } from '../definitions/dump-definitions.ts'
import { forItsServer } from '../definitions/for-its-server.ts'
import type { SelectedRelations } from '../selection/select-relations.ts'
import { selectionArguments } from '../selection/selection-arguments.ts'
import { warnOfUnlogged } from '../selection/warn-of-unlogged.ts'
import { type HeldSnapshot, holdSnapshot, type StepHook } from '../snapshot/held-snapshot.ts'
import { type FileText, fileText } from './file-text.ts'
import { plainScript } from './plain-script.ts'
import type { TableToCopy } from './table-rows.ts'

/** For tests: other sessions' statements between the steps, and a reader that sees something else. */
export interface BackupSeams {
  readonly onStep?: StepHook
  readonly importSnapshot?: boolean
}

/** A longer timer fires at once. */
const longestTimerMs = 2_147_483_647
const objectNames = { none: 'backup.sql', gzip: 'backup.sql.gz', zstd: 'backup.sql.zst' }

/** Backs up a database as one SQL script. */
export async function plainBackup(
  connector: Connector,
  request: BackupRequest,
  sink: ObjectSink,
  run: RunContext,
  seams: BackupSeams = {},
): Promise<Contents> {
  const snapshot = await holdSnapshot(connector, { ...request, ...seams }, run)
  let reader: SnapshotReader | undefined
  try {
    reader = await openSnapshotReader(connector, snapshot, snapshot.selected.withRows, seams)
    const text = fileText(request.encoding ?? snapshot.server.encoding, snapshot.client)
    run.onEvent({ type: 'phase', name: 'definitions' })
    const archive = await readDefinitions(connector, snapshot, request, text, run)
    checkAgainstArchive(archive, snapshot.selected)
    await warnOfPartitions(snapshot, run)
    warnOfUnlogged(snapshot.selected, run)
    await seams.onStep?.('defined')
    const tables = await describeTables(snapshot, run)

    const object = request.objectName ?? objectNames[request.compression.codec]
    let contents: Contents | undefined
    const script = plainScript({ request, snapshot, archive, tables, reader, text, object, run })
    async function* body() {
      contents = yield* script
    }
    await sink.write(object, compress(body(), request.compression.codec, request.compression.level), {
      signal: snapshot.signal,
    })
    if (!contents) throw new PgarkError('DESTINATION.INCOMPLETE', 'The destination did not read the backup to its end.')
    return contents
  } catch (error) {
    // Whatever failed first failed because the snapshot's connection was gone.
    if (snapshot.signal.aborted) throw snapshot.signal.reason
    // A lost connection of the destination is no matter of the server's.
    throw sqlstate(error) === '' ? error : databaseError(error, 'ENGINE.BACKUP', `Cannot back up ${connector.target}`)
  } finally {
    await reader?.close()
    await snapshot.release()
  }
}

async function readDefinitions(
  connector: Connector,
  snapshot: HeldSnapshot,
  request: BackupRequest,
  text: FileText,
  run: RunContext,
): Promise<Archive> {
  const { pgDump, lockTimeoutMs, idleTimeoutMs } = connector.options
  const program = await choosePgDump(pgDump, snapshot.server.versionNum)
  run.log.debug(`definitions by ${describeProgram(program)}`)
  const client = await connector.connect(snapshot.signal)
  try {
    const bytes = await dumpDefinitions({
      client,
      program,
      args: selectionArguments(request.selection),
      snapshot: snapshot.id,
      lockTimeoutMs,
      encoding: text.encoding,
      // Waiting for a lock is silence too.
      idleTimeoutMs: Math.max(idleTimeoutMs, Math.min(2 * lockTimeoutMs, longestTimerMs)),
      onWarning: (message) =>
        run.onEvent({ type: 'warning', code: 'ENGINE.PG_DUMP_WARNING', message: `pg_dump: ${message}` }),
      signal: snapshot.signal,
    })
    return forItsServer(readToc(bytes, { decode: text.decode }), snapshot.server.versionNum)
  } finally {
    await client.end()
  }
}

/** Two lists of the same tables, ours and pg_dump's, made by different code from the same snapshot: they must agree. */
function checkAgainstArchive(archive: Archive, { relations }: SelectedRelations): void {
  const defined = new Map(
    archive.entries.filter(({ description }) => description === 'TABLE').map((entry) => [entry.catalogId.oid, entry]),
  )
  const differ = (name: string, problem: string) =>
    new PgarkError('ENGINE.SELECTION_MISMATCH', `The table ${name} ${problem}.`, {
      hint: 'name the tables exactly (schema.table), and report this with the patterns that were used',
    })
  for (const relation of relations) {
    if (!isLockable(relation) || relation.extensionCondition !== undefined) continue
    if (!defined.delete(relation.oid))
      throw differ(`${relation.schema}.${relation.name}`, 'is selected, but pg_dump left its definition out')
  }
  const [extra] = defined.values()
  if (extra) throw differ(`${extra.schema}.${extra.tag}`, 'was defined by pg_dump, but its rows were not selected')
}

/** As in pg_dump, naming a partitioned table does not name its partitions, which hold the rows. */
async function warnOfPartitions({ client, selected }: HeldSnapshot, run: RunContext): Promise<void> {
  const oids = selected.relations.filter(({ kind }) => kind === 'p').map(({ oid }) => oid)
  const { rows } = await client.query(
    'SELECT inhparent::int8::text AS parent, inhrelid::int8::text AS child FROM pg_inherits WHERE inhparent = ANY ($1::oid[])',
    [oids],
  )
  const names = new Map(
    selected.relations.map((relation) => [String(relation.oid), `${relation.schema}.${relation.name}`]),
  )
  const without = new Set(rows.filter(({ child }) => !names.has(child)).map(({ parent }) => names.get(parent)))
  for (const name of without) {
    const message = `Not all partitions of ${name} are selected: their rows are not in the backup.`
    run.onEvent({
      type: 'warning',
      code: 'SELECTION.PARTITIONS',
      message,
      hint: 'select them too, for example with a pattern',
    })
  }
}

/** The tables whose rows are read, as they will be read, ordered so that a restore of rows alone meets its foreign keys. */
export async function describeTables(snapshot: HeldSnapshot, run: RunContext): Promise<TableToCopy[]> {
  const tables = await inForeignKeyOrder(snapshot.client, snapshot.selected.withRows)
  const oids = tables.map(({ oid }) => oid)
  const shapes = await readTableShapes(snapshot.client, oids)
  const sizes = await readTableSizes(snapshot.client, oids)
  const described = tables.map((relation) => ({
    relation,
    shape: shapes.get(relation.oid) ?? { columns: [], loadInto: undefined },
    sizeBytes: sizes.get(relation.oid) ?? 0,
  }))
  run.onEvent({
    type: 'plan',
    database: snapshot.server.database,
    tables: tables.length,
    estimatedRows: tables.reduce((sum, { estimatedRows }) => sum + Math.max(0, estimatedRows), 0),
    estimatedBytes: described.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  })
  return described
}
