import type { ParallelStep, TocEntry } from '@pgark/pg-archive'
import { indexBeforeKey, KeysAndIndexes } from './index-before-key.ts'
import type { Step } from './schedule.ts'

export interface StepFacts {
  /** Stored bytes of an entry's data. */
  readonly sizes: ReadonlyMap<number, number>
  /** The data that should be loaded before that of an entry, because their table is referred to. */
  readonly references: ReadonlyMap<number, readonly number[]>
  /** The entries with rows that are restored. */
  readonly data: ReadonlySet<number>
  /** Those of the archive whose tables are partitions or children of others. */
  readonly children: ReadonlySet<number>
  /** Whether several connections work on them. */
  readonly isParallel: boolean
  /** Whether an entry may fail: it is done in one go, so that all of it can be undone. */
  readonly mayFail: (entry: TocEntry) => boolean
}

/** Stands for all definitions: no entry has this id. */
const definitions = 0
/** The group of all rows: no step has this id. */
const allRows = 0

/**
 * To attach an index locks the tables of both, which its entry does not name, and more of their partitions. It takes no time, so it
 * runs beside rows only: with another definition it could end in a deadlock.
 */
const isAttaching = ({ entry }: ParallelStep) => entry.description === 'INDEX ATTACH'
const withDefinitions = ({ entry, locks, reads }: ParallelStep) => ({
  locks,
  reads: entry.section === 'post-data' ? [...reads, definitions] : reads,
})

/** Steps of an archive for a schedule. What belongs to a large table comes before what belongs to a small one. */
export function archiveSteps(steps: readonly ParallelStep[], facts: StepFacts): Step<TocEntry>[] {
  const { sizes, references, data, children, isParallel, mayFail } = facts
  const weightOf = ({ entry, reads }: ParallelStep) =>
    sizes.get(entry.dumpId) ?? reads.reduce((most, id) => Math.max(most, sizes.get(id) ?? 0), 0)
  const keys = new KeysAndIndexes(steps, data, children)
  const keyIndexes: ParallelStep[] = []
  const split = (step: ParallelStep): ParallelStep => {
    // Ids of an archive are positive.
    const id = -1 - keyIndexes.length
    const made = isParallel && !mayFail(step.entry) ? indexBeforeKey(step, keys, id) : undefined
    if (!made) return step
    keyIndexes.push(made.index)
    return made.key
  }
  // Most keys have their values in order, which is quick: theirs are the last of a table's indexes, so that no slow one is left alone.
  return [...steps.map(split), ...keyIndexes].map((step) => ({
    id: step.entry.dumpId,
    after: step.needsAllRows ? [...step.after, allRows] : step.after,
    ...(data.has(step.entry.dumpId) && { group: allRows }),
    ...(isAttaching(step) ? { locks: [...step.locks, definitions], reads: step.reads } : withDefinitions(step)),
    ...(references.has(step.entry.dumpId) && { prefersAfter: references.get(step.entry.dumpId) ?? [] }),
    weight: weightOf(step),
    work: step.entry,
  }))
}
