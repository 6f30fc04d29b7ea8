import { type Finding, isPgarkError, type PgarkErrorLike } from '@pgark/core'
import { definitionScript, PlainSettings, restoreOrder, sessionScript, type TocEntry } from '@pgark/pg-archive'
import { refuseFindings } from '../../checks/refuse-findings.ts'
import { timeoutsOff } from '../../connection/timeouts.ts'
import { entryItems } from '../entry-items.ts'
import { executeItem } from '../execute-item.ts'
import type { Execution } from '../execution.ts'
import { neededAuthorizations } from '../needed-authorizations.ts'
import { tableIn } from '../table-of.ts'
import { hasLockSpace } from '../target-checks/lock-space.ts'
import type { TargetSession } from '../target-session.ts'
import type { ArchiveJob } from './archive-job.ts'

/** What these make keeps a lock to the end of its transaction, some of it more than one. */
const locking = /^(TABLE|FOREIGN TABLE|VIEW|MATERIALIZED VIEW|SEQUENCE|INDEX|CONSTRAINT|FK CONSTRAINT)$/
const locksOfEach = 3
/** Something of that name is there: for other checks. */
const alreadyThere = /^42(P06|P07|710|723)$/
/** It says nothing of the definition: no room, no lock. */
const ofOthers = /^(53|55P03|40)/

/**
 * Makes everything that the entries define in a transaction that is rolled back, and throws `REFUSED.OLDER_SERVER` with all that
 * the server does not take: a query, a default or an index may use any function or syntax that a newer one has. What fails because
 * of another failure is not told.
 */
export async function tryDefinitions(
  target: TargetSession,
  job: ArchiveJob,
  entries: readonly TocEntry[],
): Promise<void> {
  const { sections, onExisting } = job.request
  if (sections && !sections.includes('pre-data')) return
  if (onExisting !== 'fail') return tellNotTried(job, 'objects of the same names may be there')
  const { preData, postData, privileges, eventTriggers } = restoreOrder(entries)
  const tried = [...preData, ...postData, ...privileges, ...eventTriggers]
  const locks = locksOfEach * tried.filter(({ description = '' }) => locking.test(description)).length
  if (!(await hasLockSpace(target.client, locks))) return tellNotTried(job, noRoom)
  const { client, server } = target
  await client.query(`BEGIN; ${timeoutsOff('transaction')}`)
  try {
    await execute(sessionScript(job.reader.archive.entries), undefined, target, job)
    const failed = new Set<number>()
    const findings: Finding[] = []
    for (const entry of tried) {
      if (entry.dependencies.some((id) => failed.has(id))) {
        failed.add(entry.dumpId)
        continue
      }
      await client.query('SAVEPOINT tried')
      const error = await failureOf(entry, target, job)
      await client.query(`${error ? 'ROLLBACK TO' : 'RELEASE'} SAVEPOINT tried`)
      if (!error) continue
      const state = String(error.meta?.sqlstate ?? '')
      if (alreadyThere.test(state)) continue
      if (ofOthers.test(state)) return tellNotTried(job, noRoom)
      failed.add(entry.dumpId)
      if (job.exceptions.allowance.hasEntry(entry, job.encoding)) continue
      findings.push({
        severity: 'error',
        code: 'REFUSED.OLDER_SERVER',
        message: error.message,
        hint: `PostgreSQL ${server.version} does not take what a newer server has: restore into a newer one, or change it in the source`,
      })
    }
    refuseFindings(findings, 'REFUSED.OLDER_SERVER')
  } finally {
    // The connection may be gone, of which the error tells that is under way.
    await client.query('ROLLBACK').catch(() => {})
  }
}

async function failureOf(entry: TocEntry, target: TargetSession, job: ArchiveJob): Promise<PgarkErrorLike | undefined> {
  try {
    // Of its own, as what it has set is undone where it fails.
    await execute([definitionScript(entry, new PlainSettings())], entry, target, job)
    return undefined
  } catch (error) {
    if (isPgarkError(error) && error.code === 'RESTORE.STATEMENT') return error
    throw error
  }
}

async function execute(
  script: Iterable<Uint8Array>,
  entry: TocEntry | undefined,
  target: TargetSession,
  job: ArchiveJob,
): Promise<void> {
  const execution: Execution = {
    target,
    request: job.request,
    run: { ...job.run, onEvent() {} },
    progress: { statements: 0, skipped: 0, changed: 0, tables: [], told: {} },
    tableOf: (item) => tableIn(item, undefined, false),
    isUnchanged: () => false,
    outcome: () => 'when it was tried; nothing was changed',
  }
  for await (const item of neededAuthorizations(entryItems(script, entry, job.encoding), job.request))
    await executeItem(item, execution)
}

const noRoom = 'it has no room or locks for that in one transaction'

const tellNotTried = ({ run }: ArchiveJob, why: string) =>
  run.onEvent({
    type: 'warning',
    code: 'RESTORE.NOT_TRIED',
    message: `The definitions could not be tried on the older server beforehand: ${why}.`,
    hint: 'a definition that it does not take ends the restore half-way: restore into a database that is created for it (--create-database)',
  })
