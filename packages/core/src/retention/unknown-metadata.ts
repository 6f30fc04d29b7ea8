import type { FoundBackup } from '../catalogue/find-backups.ts'
import type { RunContext } from '../contracts/run.ts'
import { didYouMean } from '../errors/closest.ts'
import { type Problem, refuseProblems } from '../errors/problems.ts'
import { ofMetadata } from './group-of.ts'
import type { RetentionRules } from './rules.ts'

/**
 * Names of metadata in the rules that no backup has. A rule by such a name keeps nothing, and a group by it is all backups together:
 * what was meant to stay would go. One that is nearly the name of what is there is refused as misspelt; any other is told: the
 * backups that had it may have gone by the same rules.
 */
export function checkMetadataNames(
  { keepMetadata = {}, groupBy = [] }: RetentionRules,
  backups: readonly FoundBackup[],
  run: RunContext,
): void {
  if (backups.length === 0) return
  const known = new Set(backups.flatMap(({ manifest }) => Object.keys(manifest.metadata)))
  const grouped = groupBy.filter((part) => part.startsWith(ofMetadata)).map((part) => part.slice(ofMetadata.length))
  const named = [
    ...Object.keys(keepMetadata).map((key) => ['a rule by it keeps nothing', key] as const),
    ...grouped.map((key) => ['grouped by it, all are one group', key] as const),
  ]
  const misspelt: Problem[] = []
  for (const [what, key] of named) {
    if (known.has(key)) continue
    const message = `No backup here has metadata of the name ${key}: ${what}.`
    const hint = didYouMean(key, known)
    if (hint) misspelt.push({ message, hint })
    else run.onEvent({ type: 'warning', code: 'PRUNE.METADATA', message, hint: namesOf(known) })
  }
  refuseProblems(misspelt)
}

const namesOf = (known: ReadonlySet<string>) =>
  known.size > 0 ? `there are ${[...known].join(', ')}` : 'none has any metadata'
