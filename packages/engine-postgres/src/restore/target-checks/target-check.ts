import type { Finding, Requirements, RestoreNeeds, RestoreRequest } from '@pgark/core'
import type pg from 'pg'
import type { Server } from '../../connection/server.ts'

/** A database that something is to be restored into, seen as the role that restores. */
export interface CheckedTarget {
  readonly client: pg.ClientBase
  readonly server: Server
  readonly needs: RestoreNeeds
  readonly requirements: Requirements
  readonly request: Pick<RestoreRequest, 'selection' | 'singleTransaction' | 'tablespace'>
}

/** Looks at one thing that a restore depends on. Reads catalogues only. */
export type TargetCheck = (target: CheckedTarget) => Promise<Finding[]>

/** What refuses a restore, unless there is none of it. */
export function refusal(
  code: string,
  names: readonly string[],
  message: (names: string) => string,
  hint: string,
): Finding[] {
  return names.length === 0 ? [] : [{ severity: 'error', code, message: message(names.join(', ')), hint }]
}

/** Of backups that did not note what they need. */
const unknown: Requirements = {
  extensions: [],
  roles: [],
  tablespaces: [],
  collations: [],
  schemas: [],
  creates: { schemas: [], relations: [], types: [] },
}

/** Runs checks in the pinned transaction of their target. */
export async function runTargetChecks(
  checks: readonly TargetCheck[],
  target: Omit<CheckedTarget, 'requirements'>,
): Promise<Finding[]> {
  const findings: Finding[] = []
  const requirements = target.needs.requirements ?? unknown
  for (const check of checks) findings.push(...(await check({ ...target, requirements })))
  return findings
}
