import {
  type Finding,
  isPgarkError,
  PgarkError,
  type RestoreReport,
  type RestoreRequest,
  type RunContext,
} from '@pgark/core'
import { quoteIdentifier } from '@pgark/pg-sql'
import type { Connector } from '../../connection/connect.ts'
import { databaseError } from '../../connection/database-error.ts'
import { otherDatabase } from '../../connection/other-database.ts'
import { type CreateDatabase, type CreatedDatabase, dropAgain, onMaintenance } from '../create-database.ts'
import { whileRestored } from './carry-properties.ts'
import { carryStatements } from './carry-statements.ts'
import { type CheckedReplaced, checkReplaced } from './check-replaced.ts'
import { createBeside } from './create-beside.ts'
import type { DatabaseProperties } from './database-properties.ts'
import { namesBeside } from './names-beside.ts'
import { swapNames } from './swap-names.ts'

/** Restores into a database that it makes, by that function. */
export type RestoreInto = (
  connector: Connector,
  request: RestoreRequest,
  create: CreateDatabase,
) => Promise<RestoreReport>

/**
 * Restores into a new database beside the target, like it in everything but its content, and has the two change names once what is
 * in it has been compared with the backup. Until then, and whatever fails, the target is not touched.
 */
export async function restoreIntoNew(
  connector: Connector,
  request: RestoreRequest,
  run: RunContext,
  restore: RestoreInto,
): Promise<RestoreReport> {
  const [checked, names] = await asking(connector, run, () =>
    onMaintenance(connector, run.signal, async (client) => {
      const checked = await checkReplaced(client, connector, request, run)
      return [checked, await namesBeside(client, checked.target.name)] as const
    }),
  )
  const { target } = checked
  const beside = otherDatabase(connector, names.restored)
  let made: (CreatedDatabase & { readonly oid: number }) | undefined
  const report = await restore(beside, { ...request, intoNew: false, createDatabase: true }, async () => {
    made = await createBeside(beside, target, run)
    return made
  })
  if (!made) return { ...report, database: target.name, findings: [...report.findings, ...checked.findings] }
  const drop = made.drop
  // Who asked for no transaction wants to keep what was restored.
  const discard = async () => (request.singleTransaction === false ? undefined : await dropAgain(beside, drop, run))
  if (report.findings.some(({ severity }) => severity === 'error')) {
    await discard()
    const isKept = request.singleTransaction === false
    return {
      ...report,
      database: names.restored,
      findings: [...report.findings, notSwapped(target, names.restored, isKept)],
    }
  }
  try {
    run.signal.throwIfAborted()
    run.onEvent({ type: 'phase', name: 'swap' })
  } catch (reason) {
    await discard()
    throw reason
  }
  try {
    if (report.findings.some(({ code }) => code === 'RESTORE.NOT_COMPARED')) throw notCompared(target)
    const swap = { target, restored: { name: names.restored, oid: made.oid }, mayEndSessions: checked.mayEndSessions }
    const keptAs = await swapNames(connector, swap, request, run)
    const replaced = { keptAs, drop: `DROP DATABASE ${quoteIdentifier(keptAs)}` }
    return { ...report, database: target.name, replaced }
  } catch (error) {
    throw swapFailure(error, checked, names)
  }
}

async function asking<T>(connector: Connector, run: RunContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (run.signal.aborted) throw run.signal.reason
    throw databaseError(error, 'RESTORE.TARGET', `Cannot look at ${connector.target}`)
  }
}

const notSwapped = ({ name }: DatabaseProperties, restored: string, isKept: boolean): Finding => ({
  severity: 'error',
  code: 'RESTORE.NOT_SWAPPED',
  message: `${name} was not touched: what was restored is not what was backed up. ${restored} ${isKept ? 'was kept, to be looked at' : 'was dropped again'}.`,
})

const notCompared = ({ name }: DatabaseProperties) =>
  new PgarkError('RESTORE.NOT_COMPARED', `What was restored could not be read back, so that ${name} keeps its name.`)

/** What was restored is whole: it stays, with all that is left to do by hand. */
function swapFailure(error: unknown, { target }: CheckedReplaced, names: { restored: string; kept: string }): unknown {
  const failure = databaseError(error, 'RESTORE.SWAP', 'The names could not be swapped')
  if (!isPgarkError(failure) || failure.code === 'RESTORE.COMMIT_UNKNOWN') return failure
  const rename = (from: string, to: string) =>
    `ALTER DATABASE ${quoteIdentifier(from)} RENAME TO ${quoteIdentifier(to)}`
  const statements = [
    rename(target.name, names.kept),
    rename(names.restored, target.name),
    ...carryStatements(target, whileRestored(target)),
  ]
  return new PgarkError(
    failure.code === 'RESTORE.NOT_COMPARED' ? failure.code : 'RESTORE.SWAP',
    `${failure.message} ${target.name} was not touched; the whole backup is restored in ${names.restored}, which stays.`,
    {
      hint: `to swap them by hand: ${statements.map((statement) => `${statement};`).join(' ')} or to give it up: DROP DATABASE ${quoteIdentifier(names.restored)};`,
      meta: { ...failure.meta, database: names.restored, statements },
      cause: failure.cause,
    },
  )
}
