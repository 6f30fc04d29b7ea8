import { styleText } from 'node:util'
import type { ArchiveResult } from './archive-section.ts'
import { type DestinationResults, putObject } from './destinations-section.ts'
import type { RenameResults } from './rename-section.ts'
import type { Result } from './run-rounds.ts'
import { type Target, wallRatio } from './targets.ts'

/** Results as a table; `references` are those whose wall time the others are measured in. */
export function resultTable(title: string, results: readonly Result[], references: readonly string[]): string {
  const head = [
    '',
    'wall s',
    'min',
    'max',
    'client CPU s',
    'peak RSS MB',
    'MB written',
    ...references.map((each) => `× ${each}`),
  ]
  const rows = results.map((result) => [
    result.name,
    fixed(result.wallMs / 1000, 2),
    ...result.wallRangeMs.map((each) => fixed(each / 1000, 2)),
    fixed(result.cpuMs, 2, 1000),
    fixed(result.peakRssBytes, 0, 1e6),
    fixed(result.bytes, 0, 1e6),
    ...references.map((each) => fixed(wallRatio(results, result.name, each), 2)),
  ])
  return `\n${styleText('bold', title)}\n${table([head, ...rows])}`
}

/** Peak memory with few and with all rows. */
export function memoryTable(title: string, small: readonly Result[], full: readonly Result[], heads: string[]): string {
  const rows = full.map(({ name, peakRssBytes }) => {
    const few = small.find((each) => each.name === name)?.peakRssBytes
    const growth = few === undefined || peakRssBytes === undefined ? undefined : peakRssBytes / few
    return [name, fixed(few, 0, 1e6), fixed(peakRssBytes, 0, 1e6), fixed(growth, 2)]
  })
  return `\n${styleText('bold', title)}\n${table([['', ...heads, '×'], ...rows])}`
}

/** What archives are read with, by the size of the archive and of what is in it; peak memory also of a tenth of it. */
export function archiveTable(title: string, small: readonly ArchiveResult[], full: readonly ArchiveResult[]): string {
  const head = [
    '',
    'wall s',
    'client CPU s',
    'MB/s of file',
    'MB/s of content',
    'RSS MB, a tenth',
    'RSS MB, all',
    '× pg_restore',
  ]
  const rows = full.map(({ name, wallMs, cpuMs, peakRssBytes, archive }) => [
    name,
    fixed(wallMs, 2, 1000),
    fixed(cpuMs, 2, 1000),
    fixed(archive.fileBytes / wallMs, 0, 1000),
    fixed(archive.contentBytes / wallMs, 0, 1000),
    fixed(small.find((each) => each.name === name)?.peakRssBytes, 0, 1e6),
    fixed(peakRssBytes, 0, 1e6),
    fixed(wallRatio(full, name, `pg_restore, ${archive.codec}`), 2),
  ])
  return `\n${styleText('bold', title)}\n${table([head, ...rows])}`
}

/** What writing the same bytes to each destination takes. */
export function destinationTable(title: string, { contentBytes, results }: DestinationResults): string {
  const head = ['', 'wall s', 'min', 'max', 'MB/s', 'client CPU s', 'peak RSS MB', '× PutObject']
  const rows = results.map(({ name, wallMs, wallRangeMs, cpuMs, peakRssBytes }) => [
    name,
    ...[wallMs, ...wallRangeMs].map((each) => fixed(each, 2, 1000)),
    fixed(contentBytes / wallMs, 0, 1000),
    fixed(cpuMs, 2, 1000),
    fixed(peakRssBytes, 0, 1e6),
    fixed(wallRatio(results, name, putObject), 2),
  ])
  return `\n${styleText('bold', title)}\n${table([head, ...rows])}`
}

/** What a definition's new names take; the proof is part of it. */
export function renameTable(title: string, { results, proofMsPerThousand }: RenameResults): string {
  const head = ['', 'wall s', 'min', 'max', 'ms per 1,000', 'client CPU s', 'peak RSS MB']
  const rows = results.map(({ name, wallMs, wallRangeMs, msPerThousand, cpuMs, peakRssBytes }) => [
    name,
    ...[wallMs, ...wallRangeMs].map((each) => fixed(each, 2, 1000)),
    fixed(msPerThousand, 0),
    fixed(cpuMs, 2, 1000),
    fixed(peakRssBytes, 0, 1e6),
  ])
  const proof = ['of it the proof', '', '', '', fixed(proofMsPerThousand, 0)]
  return `\n${styleText('bold', title)}\n${table([head, ...rows, proof])}`
}

export function targetTable(targets: readonly Target[]): string {
  const rows = targets.map(({ name, value, limit, unit, isMet }) => [
    name,
    `${fixed(value, unit === 'MB' ? 0 : 2)} ${unit}`,
    `≤ ${limit} ${unit}`,
    isMet ? styleText('green', 'met') : styleText('red', 'MISSED'),
  ])
  return `\n${styleText('bold', 'To reach')}\n${table(rows)}`
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  const pad = (cell: string, at: number) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))
  return rows.map((row) => `  ${row.map(pad).join('   ')}`.trimEnd()).join('\n')
}

const fixed = (value: number | undefined, digits: number, unit = 1) =>
  value === undefined || Number.isNaN(value) ? '–' : (value / unit).toFixed(digits)
