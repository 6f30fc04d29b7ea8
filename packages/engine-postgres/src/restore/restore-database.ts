import {
  type Contents,
  type Finding,
  isPgarkError,
  type ObjectSource,
  PgarkError,
  type RestoredTable,
  type RestoreReport,
  type RestoreRequest,
  type RunContext,
} from '@pgark/core'
import type { PlainItem } from '@pgark/pg-archive'
import type { Connector } from '../connection/connect.ts'
import { databaseError, isConnectionLost, sqlstate, withoutValues } from '../connection/database-error.ts'
import { timeoutsOff } from '../connection/timeouts.ts'
import { checkNewDatabase } from './check-new-database.ts'
import { compareRows } from './compare-rows.ts'
import { copyIn } from './copy-in.ts'
import { createDatabase } from './create-database.ts'
import { decide } from './decide.ts'
import { dryRun } from './dry-run.ts'
import { neededAuthorizations } from './needed-authorizations.ts'
import { runStatement } from './raw-statement.ts'
import { restoreError } from './restore-error.ts'
import { scriptOf, wantedOf } from './script-of.ts'
import { openTarget, setRole, type TargetSession } from './target-session.ts'
import { writtenName } from './written-name.ts'

/** Bytes between two progress events of one table. */
const progressBytes = 1024 * 1024

/** Failures of the script rather than of the target. */
const suspect =
  /^(RESTORE\.(STATEMENT|TRANSACTION)|DAMAGE\.ENCODING|SCRIPT\.|ARCHIVE\.|REFUSED\.(FORMAT|META_COMMAND|CREATE_DATABASE|COPY_FILE|TRANSACTION|CONSENT|ENCODING))/
/** A COPY without options, as pg_dump writes it. */
const textCopy = /FROM\s+stdin\s*;$/i

/** What has been done so far. */
interface Progress {
  statements: number
  skipped: number
  /** Statements that changed something, as far as can be told. */
  changed: number
  tables: RestoredTable[]
  /** What the reading of rows was stopped by, which is no fault of the server's. */
  sourceError?: { readonly error: unknown }
}

/** Restores a backup, in any format, as a script. */
export async function restoreDatabase(
  connector: Connector,
  request: RestoreRequest,
  source: ObjectSource,
  run: RunContext,
): Promise<RestoreReport> {
  const contents = await source.contents({ signal: run.signal })
  if (request.createDatabase) await checkNewDatabase(connector, request, contents, run)
  if (request.dryRun) return await dryRun(connector, request, contents, source, run)
  const created = request.createDatabase ? await createDatabase(connector, contents?.source.encoding, run) : undefined
  try {
    return await restoreInto(connector, request, contents, source, run)
  } catch (failure) {
    const error = await damageBehind(failure, source, run)
    // Without a transaction what was restored is to be kept.
    if (request.singleTransaction) {
      await created?.drop().catch(() => {
        const message = `The database ${connector.options.database}, made for this restore, could not be dropped again.`
        run.onEvent({ type: 'warning', code: 'RESTORE.DATABASE_LEFT', message, hint: 'drop it by hand' })
      })
    }
    throw error
  }
}

/**
 * A statement that fails, or that makes no sense, may be what damage has made of it: where there is a manifest the source is read
 * to its end, and damage is what is told.
 */
async function damageBehind(failure: unknown, source: ObjectSource, run: RunContext): Promise<unknown> {
  const isSuspect = isPgarkError(failure) && suspect.test(failure.code)
  if (!isSuspect || !source.manifest || run.signal.aborted) return failure
  run.onEvent({ type: 'phase', name: 'check' })
  try {
    for (const name of source.objectNames) {
      for await (const _ of source.read(name, { signal: run.signal })) run.signal.throwIfAborted()
    }
    return failure
  } catch (error) {
    return run.signal.aborted ? run.signal.reason : error
  }
}

async function restoreInto(
  connector: Connector,
  request: RestoreRequest,
  contents: Contents | undefined,
  source: ObjectSource,
  run: RunContext,
): Promise<RestoreReport> {
  const target = await openTarget(connector, request, contents, run)
  try {
    run.onEvent({ type: 'phase', name: 'restore' })
    const progress: Progress = { statements: 0, skipped: 0, changed: 0, tables: [] }
    // A connection of the source that is lost is no matter of the target's, and says so in the same words.
    const onTarget = (work: Promise<unknown>) =>
      work.catch((error) => {
        if (progress.sourceError?.error === error) throw error
        throw databaseError(error, 'RESTORE.TARGET', `Cannot restore into ${connector.target}`)
      })
    await onTarget(
      target.client.query(request.singleTransaction ? `BEGIN; ${timeoutsOff('transaction')}` : timeoutsOff('session')),
    )
    const items = scriptOf(source, { ...wantedOf(request), signal: run.signal })
    for await (const item of neededAuthorizations(items, request)) {
      await onTarget(execute(item, target, request, contents, progress, run))
    }
    // Only now was the last byte read and checked.
    const findings = request.selection.schemaOnly ? [] : compareRows(progress.tables, contents)
    if (request.singleTransaction) await commit(target, findings)
    const { statements, skipped, tables } = progress
    return { database: target.database, statements, skipped, tables, rows: sumRows(tables), findings, dryRun: false }
  } catch (error) {
    if (isPgarkError(error) && error.code === 'RESTORE.COMMIT_UNKNOWN') throw error
    if (run.signal.aborted) throw run.signal.reason
    throw error
  } finally {
    await target.close()
  }
}

async function execute(
  item: PlainItem,
  target: TargetSession,
  request: RestoreRequest,
  contents: Contents | undefined,
  progress: Progress,
  run: RunContext,
): Promise<void> {
  const { summary } = item
  const decision = decide(summary, request)
  if (decision === 'ask') await askConsent(item, target, request, progress)
  if (decision === 'skip' || (summary.setting !== undefined && !(await target.knowsSetting(summary.setting)))) {
    if (decision !== 'skip') {
      const message = `${item.place()}: the target does not know the setting ${summary.setting}; it was left out.`
      run.onEvent({ type: 'warning', code: 'RESTORE.UNKNOWN_SETTING', message })
    }
    progress.skipped += 1
    return
  }
  checkEncoding(item, target)
  run.log.debug(`${item.place()}: ${summary.command} ${summary.object ?? ''}`.trimEnd())
  try {
    if (item.copy) await loadTable(item, item.copy, target, contents, progress, run)
    else await runStatement(target.client, item.sql)
  } catch (error) {
    if (progress.sourceError?.error === error) throw error
    throw restoreError(error, { item, isPermanent: !request.singleTransaction, executed: progress.changed })
  }
  if (request.singleTransaction && !target.isInTransaction()) throw leftTransaction(item)
  if (summary.command === 'RESET SESSION AUTHORIZATION' && request.role !== undefined) {
    await setRole(target.client, request.role)
  }
  progress.statements += 1
  if (summary.kind !== 'session' && summary.kind !== 'transaction') progress.changed += 1
}

/** The server takes bytes that are said to be in no encoding as they are, and would store text that it can never read again. */
function checkEncoding({ summary, place }: PlainItem, { encoding, database }: TargetSession): void {
  if (summary.setting !== 'client_encoding' || summary.value?.toUpperCase() !== 'SQL_ASCII' || encoding === 'SQL_ASCII')
    return
  throw new PgarkError(
    'REFUSED.ENCODING',
    `${place()}: the script is in no known encoding (SQL_ASCII), ${database} is in ${encoding}.`,
    {
      hint: 'restore into a database with the encoding SQL_ASCII (--create-database makes one), or dump with --encoding',
    },
  )
}

async function loadTable(
  item: PlainItem,
  data: AsyncIterable<Uint8Array>,
  { client }: TargetSession,
  contents: Contents | undefined,
  progress: Progress,
  run: RunContext,
): Promise<void> {
  const expected = contents?.tables[progress.tables.length]
  const table = expected ? { schema: expected.schema, name: expected.name } : writtenName(item.summary.object ?? '')
  const tell = (state: 'started' | 'progress' | 'finished', rows: number, bytes: number) =>
    run.onEvent({ type: 'table', state, table, rows, bytes, ...(expected && { estimatedBytes: expected.bytes }) })
  tell('started', 0, 0)
  let bytes = 0
  let told = 0
  async function* counted() {
    try {
      for await (const chunk of data) {
        bytes += chunk.byteLength
        if (bytes - told >= progressBytes) {
          told = bytes
          tell('progress', 0, bytes)
        }
        yield chunk
      }
    } catch (error) {
      progress.sourceError = { error }
      throw error
    }
  }
  const rows = await copyIn(client, item.sql, counted())
  progress.tables.push({ ...table, rows, expectedRows: contents ? expected?.rows : rowsInScript(item) })
  tell('finished', rows, bytes)
}

/** In COPY's text format each line is a row; how many rows other formats have on a line is for the server to tell. */
function rowsInScript({ sql, copy }: PlainItem): number | undefined {
  return textCopy.test(Buffer.from(sql).toString('latin1')) ? copy?.rows : undefined
}

async function askConsent(
  { place, summary }: PlainItem,
  { database }: TargetSession,
  { consent, singleTransaction }: RestoreRequest,
  { changed }: Progress,
): Promise<void> {
  const action = `${summary.command}${summary.object ? ` ${summary.object}` : ''}`
  if (await consent?.({ database, action })) return
  const isUnchanged = singleTransaction || changed === 0
  const outcome = isUnchanged ? 'nothing was changed' : `${changed} statements before it stay`
  throw new PgarkError(
    isUnchanged ? 'REFUSED.CONSENT' : 'RESTORE.CONSENT',
    `${place()}: ${action} may destroy something in ${database}; ${outcome}.`,
    { hint: 'allow it with --yes if that is what you want' },
  )
}

async function commit({ client }: TargetSession, findings: readonly Finding[]): Promise<void> {
  const [first] = findings.filter(({ severity }) => severity === 'error')
  if (first) {
    // Without its connection the transaction ends in the same way.
    await client.query('ROLLBACK').catch(() => {})
    throw new PgarkError(
      'DAMAGE.ROW_COUNT',
      `${findings.map(({ message }) => message).join('\n')}\nEverything was rolled back.`,
      { meta: { findings } },
    )
  }
  await commitTransaction(client)
}

/**
 * When the connection is lost once COMMIT is under way, nobody here can know what became of it; and a server that answers ROLLBACK,
 * without an error, has not committed.
 */
async function commitTransaction(client: TargetSession['client']): Promise<void> {
  let answer: string
  try {
    answer = (await client.query('COMMIT')).command
  } catch (error) {
    if (sqlstate(error) !== '' && !isConnectionLost(error)) {
      // Deferred triggers run now, over the rows.
      throw databaseError(error, 'RESTORE.COMMIT', 'The restore could not be committed, everything was rolled back', {
        rows: 'yes',
      })
    }
    throw new PgarkError('RESTORE.COMMIT_UNKNOWN', 'The connection was lost while the restore was being committed.', {
      hint: 'look whether its tables are there before anything else',
      cause: withoutValues(error),
    })
  }
  if (answer !== 'COMMIT') {
    throw new PgarkError('RESTORE.COMMIT', `The server answered COMMIT with ${answer}: nothing was restored.`)
  }
}

/** What the reader took for one statement was more than one to the server, and ended our transaction. */
function leftTransaction({ line, place, summary }: PlainItem): PgarkError {
  const what = `${summary.command}${summary.object ? ` ${summary.object}` : ''}`
  return new PgarkError('RESTORE.TRANSACTION', `${place()}: ${what} ended the transaction of the restore.`, {
    hint: 'what was restored before it may have been kept: look at the target and at where the script comes from',
    meta: { line },
  })
}

const sumRows = (tables: readonly RestoredTable[]) => tables.reduce((sum, { rows }) => sum + rows, 0)
