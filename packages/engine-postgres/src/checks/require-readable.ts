import { refuseFindings } from './refuse-findings.ts'
import { rowSecurity } from './row-security.ts'
import type { CheckedSource, SourceCheck } from './source-check.ts'
import { unreadableLargeObjects } from './unreadable-large-objects.ts'
import { unreadableTables } from './unreadable-tables.ts'

/** What decides whether the role can read everything. */
export const readabilityChecks: readonly SourceCheck[] = [unreadableTables, unreadableLargeObjects, rowSecurity]

/** Throws `ENGINE.UNREADABLE` or `ENGINE.ROW_SECURITY` with everything selected that the role cannot read, before anything is. */
export async function requireReadable(source: CheckedSource): Promise<void> {
  const findings = []
  for (const check of readabilityChecks) findings.push(...(await check(source)))
  refuseFindings(findings, 'ENGINE.UNREADABLE')
}
