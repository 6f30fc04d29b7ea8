import {
  formatBytes,
  formatCount,
  formatNumberOf,
  openBackup,
  PgarkError,
  proofs,
  type RecordedFilter,
} from '@pgark/core'
import { type BackupReference, backupReference } from '../arguments/backup-reference.ts'
import { whileOpen } from '../arguments/while-open.ts'
import { proofLine } from '../terminal/proof-line.ts'
import { formatTable } from '../terminal/table.ts'
import type { CommonFlags } from './command.ts'

/** Characters of a filter's condition; `--json` has all of it. */
const mostShown = 120

export async function runShow(flags: CommonFlags, reference: string): Promise<void> {
  const found = await backupReference(reference, flags.plugin)
  await whileOpen(found.from, () => show(flags, found))
}

async function show(flags: CommonFlags, { from, id }: BackupReference): Promise<void> {
  const source = await openBackup(from, id, new AbortController().signal)
  const { manifest } = source
  const contents = await source.contents()
  if (!manifest || !contents) {
    throw new PgarkError(
      'DESTINATION.NO_MANIFEST',
      `${source.location} has no manifest beside it: another tool made it.`,
      {
        hint: 'pgark verify checks its structure, pgark restore restores it',
      },
    )
  }
  const [proof] = await proofs(from, { newest: true, ...(id !== undefined && { id }) })
  if (flags.json) {
    // Definitions can hold secrets; --toc lists them by name.
    const { tableOfContents: _, ...shown } = contents
    process.stdout.write(`${JSON.stringify({ ...manifest, contents: shown, proof: proof ?? null }, null, 1)}\n`)
    return
  }
  const facts = [
    ['id', manifest.id],
    ['database', manifest.source.database],
    ['server', `PostgreSQL ${manifest.source.serverVersion}`],
    ['snapshot', `${manifest.snapshot.time} at ${manifest.snapshot.lsn}`],
    ['format', manifest.compression === 'none' ? manifest.format : `${manifest.format}, ${manifest.compression}`],
    ['encoding', manifest.source.encoding],
    ['size', formatBytes(manifest.totals.sizeBytes)],
    ['sequences', formatCount(contents.sequences.length)],
    ['large objects', `${formatCount(contents.largeObjects.count)}, ${formatBytes(contents.largeObjects.bytes)}`],
    ['proof', proofLine(proof)],
    ['written by', `${manifest.tool.name} ${manifest.tool.version}`],
    ...Object.entries(contents.selection).map(([key, value]) => [`selection: ${key}`, String(value)]),
    ...Object.entries(contents.renamed?.schemas ?? {}).map(([old, name]) => [
      'renamed schema',
      `${old} is ${name} here`,
    ]),
    ...Object.entries(contents.renamed?.tables ?? {}).map(([old, name]) => ['renamed table', `${old} is ${name} here`]),
    ...(contents.cleaned ?? [])
      .filter(({ isLeftOut }) => isLeftOut)
      .map(({ name, cleaner }) => ['left out', `${name}, by ${cleaner}`]),
    ...(contents.notValid ?? []).map(({ schema, name, constraint }) => [
      'not valid',
      `${constraint} of ${schema}.${name}`,
    ]),
    ...Object.entries(manifest.metadata).map(([key, value]) => [`metadata: ${key}`, value]),
    ...manifest.objects.map(({ sha256 }) => ['sha256', sha256]),
  ]
  const width = Math.max(...facts.map(([name = '']) => name.length))
  const hasFilters = contents.tables.some(({ filter }) => filter)
  const tables = contents.tables.map(({ schema, name, rows, bytes, filter }) => [
    ...[`${schema}.${name}`, formatCount(rows), formatBytes(bytes)],
    ...(hasFilters ? [filter ? filterLine(filter) : ''] : []),
  ])
  const header = ['table', 'rows', 'bytes', ...(hasFilters ? ['filter'] : [])]
  process.stdout.write(
    `${facts.map(([name = '', value]) => `${name.padEnd(width)}  ${value}`).join('\n')}\n\n${formatTable(header, tables)}\n`,
  )
}

/** What a filter asks for, on one line. */
function filterLine({ name, sql, valueCount }: RecordedFilter): string {
  const condition = sql.replaceAll(/\s+/g, ' ').trim()
  const shown = condition.length > mostShown ? `${condition.slice(0, mostShown)}…` : condition
  return `${name}: ${shown}${valueCount > 0 ? ` (${formatNumberOf(valueCount, 'value')})` : ''}`
}
