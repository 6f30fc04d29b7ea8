import type { TocEntry } from '../toc/model.ts'
import { allRows, awaitedEntries } from './awaited-entries.ts'
import { inDependencyOrder } from './dependency-order.ts'
import { restoreOrder } from './restore-order.ts'

/** What several connections can restore at the same time, as `pg_restore --jobs` goes about it. */
export interface ParallelOrder {
  /** Before the rows: one after the other, on one connection. */
  readonly preData: readonly TocEntry[]
  /** When `preData` is done: rows, and what comes after rows. */
  readonly main: readonly ParallelStep[]
  /** When all of `main` is done. */
  readonly privileges: readonly ParallelStep[]
  /** When all privileges are done: refreshing materialised views, statistics. */
  readonly refreshes: readonly ParallelStep[]
  /** Last, so that they do not fire during the restore. */
  readonly eventTriggers: readonly ParallelStep[]
}

export interface ParallelStep {
  readonly entry: TocEntry
  /** Dump ids of the steps of the same pass that must be done before this one starts. */
  readonly after: readonly number[]
  /** Whether all steps with data must be done too: it has functions called, which may read any table. */
  readonly needsAllRows: boolean
  /**
   * Dump ids of tables, or of their data where there is some, that it locks against everyone. It must not run beside a step
   * that has one of these in `locks` or `reads`, nor the other way round: the two could wait for each other for ever.
   */
  readonly locks: readonly number[]
  /** Dump ids that stand for what it depends on, for the comparison with the `locks` of others. */
  readonly reads: readonly number[]
}

/**
 * Which entries can start when which others are done. Entries after the rows that depend on a table wait for its rows, and those
 * that reach its partitions and children for the rows of these. Ids that are not among the entries hold up nothing. `whole` is all
 * that the archive has, where these entries are a part of it: tables are locked whether or not they are restored, too. The steps of
 * a pass are in an order in which a single connection could take them, that of the archive wherever dependencies allow. Takes time
 * linear in entries and in what they wait for.
 *
 * @throws {ArchiveError} `ARCHIVE.CYCLE` where entries depend on each other in a circle, or one on itself.
 */
export function parallelOrder(entries: readonly TocEntry[], whole: readonly TocEntry[] = entries): ParallelOrder {
  const dependencies = awaitedEntries(entries, whole)
  const sorted = inDependencyOrder([...entries, { dumpId: allRows, description: 'ALL ROWS' }], dependencies)
  const order = restoreOrder(entries)
  const kinds = new Map(whole.map(({ dumpId, description = '' }) => [dumpId, description]))
  const steps = (pass: readonly TocEntry[]): ParallelStep[] => {
    const byId = new Map(pass.map((entry) => [entry.dumpId, entry]))
    return sorted
      .flatMap(({ dumpId }) => byId.get(dumpId) ?? [])
      .map((entry) => {
        const awaited = dependencies.get(entry.dumpId) ?? new Set()
        const reads = [...awaited].filter((id) => kinds.has(id))
        return {
          entry,
          after: reads.filter((id) => byId.has(id)),
          needsAllRows: awaited.has(allRows),
          locks: locksTables(entry) ? reads.filter((id) => tableKinds.has(kinds.get(id) ?? '')) : [],
          reads,
        }
      })
  }
  return {
    preData: order.preData,
    main: steps([...order.data, ...order.postData]),
    privileges: steps(order.privileges),
    refreshes: steps(order.refreshes),
    eventTriggers: steps(order.eventTriggers),
  }
}

const tableKinds = new Set(['TABLE', 'TABLE DATA'])
/** Nearly everything after the rows is an ALTER TABLE or takes its lock; CREATE INDEX lets others read. */
const locksTables = ({ section, description }: TocEntry) => section === 'post-data' && description !== 'INDEX'
