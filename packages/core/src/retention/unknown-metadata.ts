import type { FoundBackup } from '../catalogue/find-backups.ts'
import { didYouMean } from '../errors/closest.ts'
import type { Problem } from '../errors/problems.ts'
import { ofMetadata } from './group-of.ts'
import type { RetentionRules } from './rules.ts'

/**
 * Names of metadata in the rules that no backup has. A rule by such a name keeps nothing, and a group by it is all backups together:
 * what was meant to stay would go.
 */
export function* unknownMetadata(
  { keepMetadata = {}, groupBy = [] }: RetentionRules,
  backups: readonly FoundBackup[],
): Iterable<Problem> {
  if (backups.length === 0) return
  const known = new Set(backups.flatMap(({ manifest }) => Object.keys(manifest.metadata)))
  const grouped = groupBy.filter((part) => part.startsWith(ofMetadata)).map((part) => part.slice(ofMetadata.length))
  const named = [
    ...Object.keys(keepMetadata).map((key) => ['keepMetadata', key] as const),
    ...grouped.map((key) => ['groupBy', key] as const),
  ]
  for (const [rule, key] of named) {
    if (known.has(key)) continue
    const names = known.size > 0 ? `there are ${[...known].join(', ')}` : 'none has any metadata'
    const hint = didYouMean(key, known) ?? `${names}; until one has it, leave this out`
    yield { message: `${rule}: no backup here has metadata of the name ${key}.`, hint }
  }
}
