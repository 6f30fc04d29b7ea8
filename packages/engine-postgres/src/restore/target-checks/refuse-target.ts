import type { RunContext } from '@pgark/core'
import { refuseFindings } from '../../checks/refuse-findings.ts'
import { type CheckedTarget, runTargetChecks, type TargetCheck } from './target-check.ts'

/** Tells warnings, and throws `REFUSED.*` with everything that a restore could not do there. */
export async function refuseTarget(
  checks: readonly TargetCheck[],
  target: Omit<CheckedTarget, 'requirements'>,
  run: RunContext,
): Promise<void> {
  const findings = await runTargetChecks(checks, target)
  for (const { severity, ...warning } of findings) {
    if (severity === 'warning') run.onEvent({ type: 'warning', ...warning })
  }
  refuseFindings(findings, 'REFUSED.TARGET')
}
