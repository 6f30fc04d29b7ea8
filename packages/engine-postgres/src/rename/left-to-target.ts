import { isOfLargeObject, type TocEntry } from '@pgark/pg-archive'
import type pg from 'pg'
import { withoutKept } from '../restore/on-existing/kept-entries.ts'
import { existingObjects } from '../restore/parallel/existing-objects.ts'

/** What a database has only once. */
const oncePerDatabase = new Set([
  'EVENT TRIGGER',
  'PUBLICATION',
  'FOREIGN DATA WRAPPER',
  'SERVER',
  'USER MAPPING',
  'ACCESS METHOD',
  'CAST',
  'TRANSFORM',
])

export interface LeftToTarget {
  /** What is restored. */
  readonly entries: readonly TocEntry[]
  /** What is there and serves for what is restored, too. */
  readonly kept: readonly TocEntry[]
}

/**
 * Leaves out what a copy has in common with what is there, as nothing of it has another name: what it only needs, what a database has
 * but once, and large objects, if there is any of them.
 */
export async function leaveToTarget(
  client: pg.ClientBase,
  entries: readonly TocEntry[],
  encoding: string,
  { isNeeded, isRenamed, isInstalled }: Record<'isNeeded' | 'isRenamed' | 'isInstalled', (entry: TocEntry) => boolean>,
): Promise<LeftToTarget> {
  const found = await existingObjects(client, entries, encoding)
  const there = found.filter(({ isPart }) => !isPart).map(({ entry }) => entry)
  const isCommon = (entry: TocEntry) =>
    !isRenamed(entry) && (isNeeded(entry) || oncePerDatabase.has(entry.description ?? ''))
  const isTaken = there.some(isOfLargeObject)
  const kept = new Set([
    ...there.filter((entry) => !isOfLargeObject(entry) && isCommon(entry)),
    ...entries.filter((entry) => (isTaken && isOfLargeObject(entry)) || isInstalled(entry)),
  ])
  return { entries: withoutKept(entries, kept, () => true), kept: [...kept] }
}
