import { PgarkError } from '@pgark/core'
import type { PlainItem } from '@pgark/pg-archive'
import { setRole } from '../connection/set-role.ts'
import { decide } from './decide.ts'
import type { Execution } from './execution.ts'
import { inUtf8 } from './in-utf8.ts'
import { loadTable } from './load-table.ts'
import { runStatement } from './raw-statement.ts'
import { restoreError } from './restore-error.ts'
import type { TargetSession } from './target-session.ts'
import { isUnknownToTarget } from './unknown-to-target.ts'

/** Runs a statement of the script, or passes it over; throws the coded error when it fails, or nobody consents to it. */
export async function executeItem(item: PlainItem, execution: Execution): Promise<void> {
  const { target, request, progress, run } = execution
  const { summary } = item
  const { role } = request
  const decision = decide(item, request)
  if (decision === 'ask') await askConsent(item, execution)
  if (decision === 'skip' || (await isUnknownToTarget(item, target, progress, run))) {
    progress.skipped += 1
    return
  }
  checkEncoding(item, target)
  run.log.debug(`${item.place()}: ${summary.command} ${summary.object ?? ''}`.trimEnd())
  try {
    if (item.copy) await loadTable(item, item.copy, execution)
    else await runStatement(target.client, item.sql)
  } catch (error) {
    if (progress.sourceError?.error === error) throw error
    if (execution.isTolerated) throw restoreError(error, { item, isUnchanged: false, outcome: 'it was left out' })
    throw restoreError(error, { item, isUnchanged: execution.isUnchanged(), outcome: execution.outcome() })
  }
  if (request.singleTransaction && !target.isInTransaction()) throw leftTransaction(item)
  if (summary.command === 'RESET SESSION AUTHORIZATION' && role !== undefined) {
    await inUtf8(target.client, () => setRole(target.client, role))
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

async function askConsent({ place, summary }: PlainItem, execution: Execution): Promise<void> {
  const { database } = execution.target
  const action = `${summary.command}${summary.object ? ` ${summary.object}` : ''}`
  if (await execution.request.consent?.({ database, action })) return
  const outcome = execution.isUnchanged() ? '; nothing was changed' : ''
  throw new PgarkError('REFUSED.CONSENT', `${place()}: ${action} may destroy something in ${database}${outcome}.`, {
    hint: 'allow it with --yes if that is what you want',
  })
}

/** What the reader took for one statement was more than one to the server, and ended our transaction. */
function leftTransaction({ line, place, summary }: PlainItem): PgarkError {
  const what = `${summary.command}${summary.object ? ` ${summary.object}` : ''}`
  return new PgarkError('RESTORE.TRANSACTION', `${place()}: ${what} ended the transaction of the restore.`, {
    hint: 'what was restored before it may have been kept: look at the target and at where the script comes from',
    meta: { line },
  })
}
