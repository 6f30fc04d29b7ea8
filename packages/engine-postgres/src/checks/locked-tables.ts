import { type Finding, formatDuration } from '@pgark/core'
import { describeConflict, type LockConflict, readLockConflicts } from '../catalogue/lock-conflicts.ts'
import { isLockable } from '../catalogue/relations.ts'
import type { CheckedSource } from './source-check.ts'

/** A page has room for this many. */
const mostTold = 10

/** Sessions for which a backup that began now would have to wait, and fail if they last longer than its patience. */
export async function lockedTables({ client, selected, options }: CheckedSource): Promise<Finding[]> {
  const oids = selected.relations.filter(isLockable).map(({ oid }) => oid)
  const conflicts = await readLockConflicts(client, oids, mostTold)
  return conflicts.map((conflict) => findingOf(conflict, options.lockTimeoutMs))
}

function findingOf(conflict: LockConflict, lockTimeoutMs: number): Finding {
  const { schema, name, pid, ageMs, behind } = conflict
  const age = ageMs === null ? '' : `, its transaction is open for ${formatDuration(ageMs)}`
  const after = behind.length > 0 ? ` behind process ${behind.join(', ')}` : ''
  const [first = pid] = behind
  return {
    // Whoever has been there for longer than a backup would wait is not about to go.
    severity: ageMs !== null && ageMs > lockTimeoutMs ? 'error' : 'warning',
    code: 'ENGINE.LOCKED',
    message: `${schema}.${name} is locked: ${describeConflict(conflict)}${after}${age}; a backup waits ${formatDuration(lockTimeoutMs)}.`,
    hint:
      first === null
        ? 'COMMIT PREPARED or ROLLBACK PREPARED it'
        : `wait until it is done, end it (SELECT pg_terminate_backend(${first})), or wait longer (--lock-timeout)`,
  }
}
