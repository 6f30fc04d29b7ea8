import type { Finding, RestoreRequest, RunContext } from '@pgark/core'
import { quoteIdentifier } from '@pgark/pg-sql'
import type pg from 'pg'
import { refuseFindings } from '../../checks/refuse-findings.ts'
import { askPinned } from '../../connection/ask-pinned.ts'
import type { Connector } from '../../connection/connect.ts'
import { safeMessage } from '../../connection/database-error.ts'
import { refusal } from '../target-checks/target-check.ts'
import { beginChange } from './begin-change.ts'
import { carryStatements } from './carry-statements.ts'
import { type Replaced, readReplaced } from './read-replaced.ts'
import { describeSessions, endQuestion, preparedIn, type SessionIn, sessionsIn } from './sessions-in.ts'

export interface CheckedReplaced extends Replaced {
  /** Whether the sessions in it may be ended. */
  readonly mayEndSessions: boolean
  /** What a dry run has to tell. */
  readonly findings: readonly Finding[]
}

/**
 * Looks whether a database can be replaced, before anything is done: rights, and who is in it. Changes nothing. Throws `REFUSED.*`
 * with everything that is in the way, also where there are sessions that nobody agrees to end.
 */
export async function checkReplaced(
  client: pg.Client,
  connector: Connector,
  request: RestoreRequest,
  run: RunContext,
): Promise<CheckedReplaced> {
  const { lockTimeoutMs, database } = connector.options
  const [replaced, sessions, prepared] = await askPinned(client, lockTimeoutMs, async () => {
    const replaced = await readReplaced(client, database)
    const oids = [replaced.target.oid]
    return [replaced, await sessionsIn(client, oids), await preparedIn(client, oids)] as const
  })
  const { target } = replaced
  const findings = [
    ...rightsFindings(replaced),
    ...refusal(
      'REFUSED.IN_USE',
      prepared,
      (names) => `${target.name} has prepared transactions, with which it cannot be renamed: ${names}.`,
      'commit them or roll them back there: COMMIT PREPARED, ROLLBACK PREPARED',
    ),
    ...othersSessions(sessions, replaced),
  ]
  if (findings.length === 0) findings.push(...(await rehearse(client, lockTimeoutMs, replaced)))
  refuseFindings(findings, 'REFUSED.TARGET')
  tellReplication(replaced, run)
  if (sessions.length === 0) return { ...replaced, mayEndSessions: false, findings: [] }
  const told: Finding = {
    severity: 'warning',
    code: 'RESTORE.DESTROYS',
    message: `${describeSessions(sessions, target.name)}. To end them needs consent.`,
  }
  if (request.dryRun) return { ...replaced, mayEndSessions: false, findings: [told] }
  const mayEndSessions = (await request.consent?.(endQuestion(sessions, target.name))) ?? false
  const refused: Finding = {
    severity: 'error',
    code: 'REFUSED.IN_USE',
    message: `${describeSessions(sessions, target.name)}; nothing was changed.`,
    hint: 'end them, or allow it with --yes: a database in use cannot be renamed',
  }
  refuseFindings(mayEndSessions ? [] : [refused], refused.code)
  return { ...replaced, mayEndSessions, findings: [] }
}

function rightsFindings({ target, me, mayCreate, isOwner, mayGive, mayPlace }: Replaced): Finding[] {
  const name = quoteIdentifier(me)
  return [
    ...refusal(
      'REFUSED.CREATE',
      mayCreate ? [] : [me],
      () => `The role ${me} may neither create databases nor rename them.`,
      `ALTER ROLE ${name} CREATEDB`,
    ),
    ...refusal(
      'REFUSED.OWNER',
      isOwner && mayGive ? [] : [target.name],
      () => `The role ${me} may not replace ${target.name}, which belongs to ${target.owner}.`,
      `GRANT ${quoteIdentifier(target.owner)} TO ${name}, or restore as the owner`,
    ),
    ...refusal(
      'REFUSED.TABLESPACE',
      mayPlace ? [] : [target.tablespace],
      (tablespace) => `The role ${me} may create nothing in the tablespace ${tablespace}, where ${target.name} is.`,
      `GRANT CREATE ON TABLESPACE ${quoteIdentifier(target.tablespace)} TO ${name}`,
    ),
  ]
}

function othersSessions(sessions: readonly SessionIn[], { target, me }: Replaced): Finding[] {
  const others = sessions.filter(({ isOurs }) => !isOurs)
  return refusal(
    'REFUSED.IN_USE',
    others.length > 0 ? [describeSessions(others, target.name)] : [],
    (told) => `${told}, which the role ${me} may not end.`,
    `have them ended, or GRANT pg_signal_backend TO ${quoteIdentifier(me)}; those of superusers only a superuser ends`,
  )
}

/** Says to the target what it is already and takes it back: who may not do that could not make a new database like it either. */
async function rehearse(client: pg.Client, lockTimeoutMs: number, { target }: Replaced): Promise<Finding[]> {
  const bare = { ...target, grants: [], settings: [], labels: [], comment: target.comment === null ? null : '' }
  await beginChange(client, lockTimeoutMs)
  let statement = ''
  try {
    for (statement of carryStatements(target, bare)) await client.query(statement)
    return []
  } catch (error) {
    const [what = ''] = /^(\w+ ){2}/.exec(statement) ?? []
    return refusal(
      'REFUSED.OWNER',
      [what.trim()],
      (command) => `A new database cannot be made like ${target.name}: ${command} fails, ${safeMessage(error)}.`,
      'restore as a superuser, or as a role that may do so',
    )
  } finally {
    await client.query('ROLLBACK').catch(() => {})
  }
}

/** Both stay with the database that they were made in, whatever its name. */
function tellReplication({ target, slots, subscriptions }: Replaced, run: RunContext): void {
  const told = [
    slots.length > 0 && `the replication slots ${slots.join(', ')}, which its subscribers read`,
    subscriptions.length > 0 && `the subscriptions ${subscriptions.join(', ')}, which go on there`,
  ].filter((each) => each !== false)
  if (told.length === 0) return
  run.onEvent({
    type: 'warning',
    code: 'RESTORE.REPLICATION',
    message: `With the old database stay ${told.join(', and ')}: neither is part of what takes the place of ${target.name}.`,
    hint: 'set replication up anew, and drop them there before the old database is dropped',
  })
}
