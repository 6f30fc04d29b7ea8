import type { BackupParts } from '../catalogue/backup-parts.ts'
import type { FoundBackup } from '../catalogue/find-backups.ts'
import type { Exporter } from '../contracts/exporter.ts'
import type { Proof } from '../proof/proof.ts'
import { readProofs } from '../proof/read-proofs.ts'
import type { Candidate } from './decide.ts'
import type { RetentionRules } from './rules.ts'

/** How good a backup is known to be, and where it is damaged, by what. */
export interface Standing {
  readonly standing: Candidate['standing']
  readonly problem?: string
}

/** By what its manifest names and the destination lists, and by what checks have found: the newest that says anything. */
export async function standingOf(
  from: Exporter,
  { manifestSha256 }: FoundBackup,
  { problem, proofs }: BackupParts,
  count: RetentionRules['count'],
  signal: AbortSignal,
): Promise<Standing> {
  if (problem) return { standing: 'damaged', problem: problem.message }
  for await (const proof of readProofs(from, proofs, manifestSha256, { signal })) {
    const damage = damageFoundBy(proof)
    if (damage !== undefined) return { standing: 'damaged', problem: damage }
    if (proof.ok && proof.isWhole) return { standing: 'good' }
  }
  return { standing: count === 'verified' ? 'unproved' : 'good' }
}

/** What a database differs in says nothing against the backup; nor does a restore, which may have met triggers. */
function damageFoundBy({ action, findings, finishedAt }: Proof): string | undefined {
  if (action === 'restore') return undefined
  const damage = findings.find(({ severity, code }) => severity === 'error' && /^(DAMAGE|ARCHIVE|SCRIPT)\./.test(code))
  return damage && `A check at ${finishedAt} found: ${damage.message}`
}
