import {
  type Contents,
  type Finding,
  type ObjectSource,
  PgarkError,
  type RestoredTable,
  type RestoreReport,
  type RestoreRequest,
  type RunContext,
} from '@pgark/core'
import type { Connector } from '../connection/connect.ts'
import { beginPinned } from '../connection/pinned-transaction.ts'
import { compareRows } from './compare-rows.ts'
import { countRows } from './count-rows.ts'
import { decide } from './decide.ts'
import { type ArchivePlan, planOfArchive } from './on-existing/plan-of-archive.ts'
import { scriptOf, wantedOf } from './script-of.ts'
import { placeChecks } from './target-checks/checks.ts'
import { openTarget } from './target-session.ts'

const namedInDatabase = /^CREATE (UNLOGGED )?(TABLE|VIEW|MATERIALIZED VIEW|SEQUENCE|FOREIGN TABLE)$/

/** Reads the whole script and looks at the target, without changing anything. Throws `REFUSED.EXISTS` with every relation in the way. */
export async function dryRun(
  connector: Connector,
  request: RestoreRequest,
  contents: Contents | undefined,
  source: ObjectSource,
  run: RunContext,
): Promise<RestoreReport> {
  run.onEvent({ type: 'phase', name: 'check' })
  const archive = await planOfArchive(source, request, contents, run)
  const planned = archive && (await lookedAt(connector, request, archive, run))
  const tables: RestoredTable[] = []
  const created: string[] = []
  const destroyed = new Map<string, number>()
  const dropped = new Set<string>()
  let statements = 0
  let skipped = 0
  for await (const item of scriptOf(source, {
    ...wantedOf(request),
    ...(archive && { select: archive.select }),
    signal: run.signal,
  })) {
    const { summary } = item
    const decision = decide(item, request)
    if (decision === 'skip') skipped += 1
    else statements += 1
    if (summary.object && summary.command.startsWith('DROP ')) dropped.add(summary.object)
    if (decision === 'ask') {
      const action = `${summary.command} ${summary.object ?? ''}`.trim()
      destroyed.set(action, (destroyed.get(action) ?? 0) + 1)
    }
    if (summary.object && namedInDatabase.test(summary.command) && decision !== 'skip' && !dropped.has(summary.object))
      created.push(summary.object)
    const counted = decision === 'skip' ? undefined : await countRows(item, contents, tables.length, run)
    if (counted) tables.push(counted.table)
  }
  const database = request.createDatabase
    ? connector.options.database
    : (planned?.database ?? (await checkTarget(connector, request, contents, created, run)))
  const needsConsent = [...destroyed].map(([action, times]) => ({
    severity: 'warning' as const,
    code: 'RESTORE.DESTROYS',
    message: `The script says ${action}${times > 1 ? `, ${times} times` : ''}: that needs consent.`,
  }))
  return {
    database,
    statements,
    skipped,
    tables,
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    findings: [
      ...(request.selection.schemaOnly ? [] : compareRows(tables, contents)),
      ...needsConsent,
      ...(planned?.findings ?? []),
    ],
    dryRun: true,
  }
}

/** What is there of what would be restored, and what would become of it. */
async function lookedAt(
  connector: Connector,
  request: RestoreRequest,
  { check, plan, needs }: ArchivePlan,
  run: RunContext,
): Promise<{ readonly database: string; readonly findings: readonly Finding[] }> {
  const { database, close } = await openTarget(connector, request, needs, run, [check, ...placeChecks])
  await close()
  const { question, findings } = plan()
  const wouldBe = (question?.objects ?? []).map((object) => ({
    severity: 'warning' as const,
    code: 'RESTORE.DESTROYS',
    message: `${object}: would ${plan().keepsRows ? 'get rows added' : plan().keepsTables ? 'be emptied' : 'be dropped'}; that needs consent.`,
  }))
  return { database, findings: [...wouldBe, ...findings] }
}

async function checkTarget(
  connector: Connector,
  request: RestoreRequest,
  contents: Contents | undefined,
  created: readonly string[],
  run: RunContext,
): Promise<string> {
  const target = await openTarget(connector, request, contents, run)
  try {
    await beginPinned(target.client, connector.options.lockTimeoutMs)
    const { rows } = await target.client.query(
      'SELECT name FROM unnest($1::text[]) name WHERE to_regclass(name) IS NOT NULL',
      [created],
    )
    if (rows.length > 0) {
      throw new PgarkError(
        'REFUSED.EXISTS',
        `${rows.map(({ name }) => name).join(', ')}: already in ${target.database}.`,
        {
          hint: 'restore into an empty database (--create-database makes one)',
        },
      )
    }
    return target.database
  } finally {
    await target.close()
  }
}
