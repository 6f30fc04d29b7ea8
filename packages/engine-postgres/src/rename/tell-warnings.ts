import type { Finding, RunContext } from '@pgark/core'

/** Tells what is to be known before anything runs. */
export function tellWarnings(findings: readonly Finding[], run: Pick<RunContext, 'onEvent'>): void {
  for (const { severity, code, message, hint } of findings)
    if (severity === 'warning') run.onEvent({ type: 'warning', code, message, ...(hint && { hint }) })
}
