import type { ArchiveResult } from './archive-section.ts'
import { names } from './competitors.ts'
import type { DestinationResults } from './destinations-section.ts'
import { parallelRestoreNames } from './parallel-restore-section.ts'
import { type ParallelResult, parallelNames } from './parallel-section.ts'
import type { RenameResults } from './rename-section.ts'
import type { Result } from './run-rounds.ts'

/** What was measured, by section; absent where a section was not run. */
export interface Results {
  backup?: readonly Result[]
  restore?: readonly Result[]
  memory?: { readonly small: readonly Result[]; readonly full: readonly Result[] }
  archive?: { readonly small: readonly ArchiveResult[]; readonly full: readonly ArchiveResult[] }
  parallel?: ParallelResult[]
  parallelRestore?: ParallelResult[]
  destinations?: DestinationResults
  filters?: readonly Result[]
  rename?: RenameResults
}

export interface Target {
  readonly name: string
  readonly limit: number
  readonly unit: '×' | 'MB'
  /** Undefined where it could not be measured. */
  readonly value: number | undefined
  readonly isMet: boolean
}

/** Every target that these results tell something about. */
export function checkTargets({ backup, restore, memory, archive, parallel, parallelRestore }: Results): Target[] {
  const targets: Target[] = []
  const check = (name: string, value: number | undefined, limit: number, unit: Target['unit']) =>
    targets.push({ name, limit, unit, value, isMet: value !== undefined && value <= limit })
  if (backup) {
    check('plain / pg_dump -Fp, wall', wallRatio(backup, names.plain, names.pgDumpPlain), 1.05, '×')
    check('plain.zst / pg_dump -Fc, wall', wallRatio(backup, names.zstd, names.pgDumpCustom), 0.3, '×')
  }
  if (restore) {
    const [all = 0, unread = 0] = [names.restore, names.restoreUnread].map((name) =>
      wallRatio(restore, name, names.psql),
    )
    check(`${names.restoreUnread} / psql -f, wall`, unread, 1, '×')
    check('restore: what the read-back adds', all - unread, 0.3, '×')
  }
  if (memory) {
    for (const { pgDump, limit } of [
      { pgDump: 'native', limit: 120 },
      { pgDump: 'wasm', limit: 250 },
    ]) {
      const full = memory.full.filter(({ name }) => name.endsWith(pgDump))
      check(`peak RSS, ${pgDump} pg_dump`, Math.max(...full.map(peakMb)), limit, 'MB')
    }
    for (const { name, peakRssBytes } of memory.full) {
      const small = memory.small.find((each) => each.name === name)?.peakRssBytes
      check(`peak RSS, all rows / few rows: ${name}`, ratio(peakRssBytes, small), 1.1, '×')
    }
  }
  for (const { name, peakRssBytes } of archive?.full ?? []) {
    const small = archive?.small.find((each) => each.name === name)?.peakRssBytes
    if (!name.startsWith('pg_restore'))
      check(`peak RSS, all rows / a tenth: ${name}`, ratio(peakRssBytes, small), 1.1, '×')
  }
  const { pgark, pgarkPlain, pgDump, pgDumpCustom, limit } = parallelNames
  for (const [at, { dataSet, results }] of (parallel ?? []).entries()) {
    check(`${dataSet}: ${pgark} / ${pgDump}`, wallRatio(results, pgark, pgDump), parallelLimits[at] ?? 1, '×')
    if (at > 0) continue
    check(`${dataSet}: ${pgark} / ${pgDumpCustom}`, wallRatio(results, pgark, pgDumpCustom), 0.2, '×')
    check(`${dataSet}: ${pgarkPlain} / ${limit}`, wallRatio(results, pgarkPlain, limit), 1.2, '×')
    const rss = results.find(({ name }) => name === pgark)?.settledRssBytes
    check(`${dataSet}: RSS without pg_dump, ${pgark}`, rss && rss / 1e6, 160, 'MB')
  }
  for (const [at, { dataSet, results }] of (parallelRestore ?? []).entries()) {
    const { unread, unordered, read, pgRestore } = parallelRestoreNames
    const ofRestore = (name: string, limit: number) =>
      check(`restore of ${dataSet}: ${name} / ${pgRestore}`, wallRatio(results, name, pgRestore), limit, '×')
    ofRestore(unread, restoreLimits[at] ?? 1)
    if (at === 0) ofRestore(unordered, 0.8)
    const [all = 0, less = 0] = [read, unread].map((name) => wallRatio(results, name, pgRestore))
    check(`restore of ${dataSet}: what the read-back adds`, all - less, 0.3, '×')
  }
  return targets
}

/** Of one table, of mixed ones, of many small ones. */
const parallelLimits = [0.8, 0.9, 1.2]
/** Of one table, of mixed ones. */
const restoreLimits = [1, 0.9]

/** How many times the reference's wall time someone took. */
export function wallRatio(results: readonly Result[], name: string, reference: string): number | undefined {
  const wall = (wanted: string) => results.find((each) => each.name === wanted)?.wallMs
  return ratio(wall(name), wall(reference))
}

const ratio = (a: number | undefined, b: number | undefined) => (a === undefined || b === undefined ? undefined : a / b)
const peakMb = ({ peakRssBytes }: Result) => (peakRssBytes === undefined ? Number.NaN : peakRssBytes / 1e6)
