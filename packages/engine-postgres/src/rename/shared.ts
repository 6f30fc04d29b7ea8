import type { Finding } from '@pgark/core'
import type { TocEntry } from '@pgark/pg-archive'
import type { Inventory } from './inventory.ts'
import { namesIn } from './left-as-they-are.ts'
import type { NewNames } from './new-names.ts'
import type { ResolvedRenames } from './resolve-renames.ts'

/** What a table may use that is not its own. */
const used = new Set(['TYPE', 'DOMAIN', 'FUNCTION', 'PROCEDURE', 'AGGREGATE', 'SEQUENCE', 'TABLE', 'VIEW', 'COLLATION'])

/** What tables under new names use that keeps its name: beside the original they use the same as that does. */
export function sharedFindings(
  entries: readonly TocEntry[],
  { relations, schemas }: ResolvedRenames,
  { entries: renamed }: NewNames,
  inventory: Inventory,
): Finding[] {
  if (relations.size === 0) return []
  const byId = new Map(entries.map((entry) => [entry.dumpId, entry]))
  const isShared = (entry: TocEntry) =>
    used.has(entry.description ?? '') && !renamed.has(entry) && !schemas.has(entry.schema ?? '')
  const parts = entries.filter(
    (entry) => renamed.has(entry) || inventory.ownersOf(entry).some((owner) => renamed.has(owner)),
  )
  const shared = new Set(
    parts.flatMap(({ dependencies }) => dependencies.flatMap((id) => byId.get(id) ?? [])).filter(isShared),
  )
  if (shared.size === 0) return []
  return [
    {
      severity: 'info',
      code: 'RENAME.SHARED',
      message: `What is renamed uses, under its own name: ${namesIn([...shared])}.`,
      hint: 'beside the original both use the same',
    },
  ]
}
