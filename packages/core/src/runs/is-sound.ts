import type { Finding } from '../contracts/run.ts'

/** Whether everything is as it should be: nothing differs, and nothing that was allowed to fail did. */
export const isSound = (findings: readonly Finding[]) =>
  !findings.some(({ severity, isAllowed }) => severity === 'error' || isAllowed)
