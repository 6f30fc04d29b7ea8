import type { Finding } from '../contracts/run.ts'
import { isPgarkError } from '../errors/pgark-error.ts'

/** What an error that is damage of the backup says, as findings; undefined for any other, which says nothing of the backup. */
export function damageIn(error: unknown): readonly Finding[] | undefined {
  if (!isPgarkError(error) || !/^(DAMAGE|SCRIPT|ARCHIVE)\./.test(error.code)) return undefined
  const { code, message, hint, meta } = error
  // A restore that was rolled back tells everything that differed.
  if (Array.isArray(meta.findings)) return meta.findings
  return [{ severity: 'error', code, message, ...(hint && { hint }) }]
}
