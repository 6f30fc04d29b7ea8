import { formatNumberOf, type Proof } from '@pgark/core'

const actions = { verify: 'read again', compare: 'compared with', restore: 'restored into' } as const

/** The newest proof of a backup, in one line. */
export function proofLine(proof: Proof | undefined): string {
  if (!proof) return 'none (pgark verify makes one)'
  const { action, database, findings, finishedAt, isWhole, ok } = proof
  const name = database && (database.name ?? database.location)
  const server = database?.serverVersion === undefined ? '' : ` on PostgreSQL ${database.serverVersion}`
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const what = [actions[action], name && `${name}${server}`].filter(Boolean).join(' ')
  const outcome = ok ? 'ok' : `not ok, ${formatNumberOf(errors, 'difference')}`
  return `${outcome}: ${isWhole ? '' : 'a part '}${what} at ${finishedAt}`
}
