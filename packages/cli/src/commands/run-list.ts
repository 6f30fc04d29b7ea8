import {
  backupsBelow,
  didYouMean,
  formatBytes,
  formatCount,
  type IncompleteRun,
  incompleteRuns,
  type ListedBackup,
  list,
  refuseProblems,
} from '@pgark/core'
import { keyValues } from '../arguments/key-values.ts'
import { openPlace } from '../arguments/place.ts'
import { whileOpen } from '../arguments/while-open.ts'
import { formatTable } from '../terminal/table.ts'
import type { ListFlags } from './list.ts'

export async function runList(flags: ListFlags, destination: string): Promise<void> {
  const wanted = Object.entries(keyValues(flags.metadata))
  const from = await openPlace(destination, flags.plugin)
  const { all, runs, below } = await whileOpen(from, async () => {
    const all = await list(from)
    const runs = flags.incomplete ? await incompleteRuns(from) : []
    return { all, runs, below: all.length + runs.length === 0 ? await backupsBelow(from) : [] }
  })
  // Whoever names the parent of a place would otherwise take it for empty.
  if (below.length > 0) process.stderr.write(`warning: ${from.location} has backups below it: ${below.join(', ')}\n`)
  refuseUnknownKeys(wanted, all)
  const found = all.filter(
    (backup) => backup.state === 'damaged' || wanted.every(([key, value]) => backup.manifest.metadata[key] === value),
  )
  const incomplete = runs.map((run) => ({ state: 'incomplete' as const, ...run }))
  const shown = [...found, ...incomplete]
  process.stdout.write(flags.json ? `${JSON.stringify(shown, null, 1)}\n` : describe(shown))
  if (found.some(({ state }) => state === 'damaged')) process.exitCode = 3
}

/** A key that no backup has is misspelt more often than not; an empty list would say that there is no such backup. */
function refuseUnknownKeys(wanted: readonly (readonly [string, string])[], all: readonly ListedBackup[]): void {
  const backups = all.flatMap((backup) => (backup.state === 'complete' ? [backup.manifest.metadata] : []))
  const known = new Set(backups.flatMap((metadata) => Object.keys(metadata)))
  const unknown = backups.length === 0 ? [] : wanted.filter(([key]) => !known.has(key))
  refuseProblems(
    unknown.map(([key]) => ({
      message: `No backup here has metadata of the name ${key}.`,
      hint: didYouMean(key, known) ?? (known.size > 0 ? `there are ${[...known].join(', ')}` : 'none has any metadata'),
    })),
  )
}

type Shown = ListedBackup | ({ readonly state: 'incomplete' } & IncompleteRun)

function describe(shown: readonly Shown[]): string {
  if (shown.length === 0) return 'no backups\n'
  return `${formatTable(['backup', 'snapshot (UTC)', 'database', 'rows', 'size', 'metadata'], shown.map(rowOf))}\n`
}

function rowOf(shown: Shown): string[] {
  if (shown.state === 'damaged') return [shown.key, 'damaged', '', '', '', shown.problem]
  if (shown.state === 'incomplete') {
    const { key, kind, sizeBytes, writtenAt, isAlive } = shown
    const last = `${kind === 'writes' ? 'only what is unfinished, ' : ''}last written ${withoutFraction(writtenAt.toISOString())}${isAlive ? ', running' : ''}`
    return [key, 'incomplete', '', '', formatBytes(sizeBytes), last]
  }
  const { snapshot, source, totals, metadata } = shown.manifest
  const facts = Object.entries(metadata).map((fact) => fact.join('='))
  const size = [formatCount(totals.rows), formatBytes(totals.sizeBytes)]
  return [shown.key, withoutFraction(snapshot.time), source.database, ...size, facts.join(' ')]
}

const withoutFraction = (time: string) => time.slice(0, 19).replace('T', ' ')
