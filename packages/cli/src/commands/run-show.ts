import { formatBytes, formatCount, openBackup, PgarkError, proofs } from '@pgark/core'
import { type BackupReference, backupReference } from '../arguments/backup-reference.ts'
import { whileOpen } from '../arguments/while-open.ts'
import { proofLine } from '../terminal/proof-line.ts'
import { formatTable } from '../terminal/table.ts'
import type { CommonFlags } from './command.ts'

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
    process.stdout.write(`${JSON.stringify({ ...manifest, contents, proof: proof ?? null }, null, 1)}\n`)
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
    ...Object.entries(manifest.metadata).map(([key, value]) => [`metadata: ${key}`, value]),
    ...manifest.objects.map(({ sha256 }) => ['sha256', sha256]),
  ]
  const width = Math.max(...facts.map(([name = '']) => name.length))
  const tables = contents.tables.map(({ schema, name, rows, bytes }) => [
    `${schema}.${name}`,
    formatCount(rows),
    formatBytes(bytes),
  ])
  process.stdout.write(
    `${facts.map(([name = '', value]) => `${name.padEnd(width)}  ${value}`).join('\n')}\n\n${formatTable(['table', 'rows', 'bytes'], tables)}\n`,
  )
}
