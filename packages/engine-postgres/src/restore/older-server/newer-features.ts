import type { RequiredFeature } from '@pgark/core'
import type { TocEntry } from '@pgark/pg-archive'
import { seenIn } from './adapt-entries.ts'
import { refusedIn } from './adapt-statement.ts'
import { statementsIn } from './statement.ts'

/** What some entries of an archive have that not every supported server can have. */
export function newerFeatures(entries: readonly TocEntry[], all: readonly TocEntry[]): RequiredFeature[] {
  const seen = seenIn(all)
  const found = new Map<string, { feature: string; since: number; objects: string[] }>()
  for (const entry of entries) {
    const rules = new Set(statementsIn(entry.definition ?? '').flatMap((sql) => refusedIn(sql, seen)))
    for (const { feature, since } of rules) {
      const known = found.get(feature)
      if (known) known.objects.push(objectName(entry))
      else found.set(feature, { feature, since, objects: [objectName(entry)] })
    }
  }
  return [...found.values()]
}

/** As an archive's strings are: for people after they were decoded. */
export const objectName = ({ description = '', schema, tag = '' }: TocEntry) =>
  `${description} ${schema ? `${schema}.` : ''}${tag}`
