import path from 'node:path'
import type { TestServer } from '@pgark/test-servers'
import { measureArchives } from './archive-section.ts'
import {
  type Bench,
  backupCompetitors,
  type Competitor,
  memoryCompetitors,
  names,
  restoreCompetitors,
} from './competitors.ts'
import { mixedTables, smallTables } from './data-sets.ts'
import { measureDestinations } from './destinations-section.ts'
import { measureFilters } from './filters-section.ts'
import { measure } from './measure.ts'
import type { BenchOptions } from './options.ts'
import { measureParallelRestores } from './parallel-restore-section.ts'
import { measureParallel } from './parallel-section.ts'
import { createReference } from './reference-table.ts'
import { measureRenames } from './rename-section.ts'
import { type RoundsOptions, runRounds } from './run-rounds.ts'
import type { Results } from './targets.ts'

/** Tables of the databases that are read in parallel. */
const mixedCount = 40
const smallCount = 5000

/** Builds the reference case and measures what was asked for. */
export async function measureSections(
  server: TestServer,
  bench: Bench,
  options: BenchOptions,
  signal: AbortSignal,
  tell: (line: string) => void,
): Promise<Results> {
  const { sections, rows, smallRows, rounds } = options
  const results: Results = {}
  // What one wrote is not another's to write back.
  const shared = { rounds, signal, tell, before: () => server.query('CHECKPOINT') }
  if (sections.has('destinations')) {
    tell('destinations')
    results.destinations = await measureDestinations(bench, shared)
  }
  if (sections.has('rename')) {
    tell('rename')
    results.rename = await measureRenames(bench, shared)
  }
  // Nobody there reads a table.
  if ([...sections].every((section) => section === 'destinations' || section === 'rename')) return results
  tell('building the reference table')
  const url = await createReference(server, 'reference', rows)
  signal.throwIfAborted()

  if (sections.has('backup')) {
    tell('backup')
    const competitors = backupCompetitors(bench, url)
    await warmUp(competitors, signal)
    results.backup = await runRounds(competitors, shared)
  }
  if (sections.has('restore')) {
    tell('restore')
    results.restore = await measureRestores(server, bench, url, shared)
  }
  if (sections.has('memory')) {
    tell(`memory, ${smallRows} rows`)
    const smallUrl = await createReference(server, 'small', smallRows)
    const small = await runRounds(memoryCompetitors(bench, smallUrl), shared)
    tell(`memory, ${rows} rows`)
    results.memory = { small, full: await runRounds(memoryCompetitors(bench, url), shared) }
  }
  if (sections.has('archive')) {
    const tenth = Math.ceil(rows / 10)
    const tenthUrl = await createReference(server, 'tenth', tenth)
    tell(`archive, ${tenth} rows`)
    const small = await measureArchives(bench, tenthUrl, shared)
    tell(`archive, ${rows} rows`)
    results.archive = { small, full: await measureArchives(bench, url, shared) }
  }
  if (sections.has('filters')) {
    tell('filters')
    results.filters = await measureFilters(bench, url, shared)
  }
  const isParallel = sections.has('parallel')
  const isRestored = sections.has('parallel-restore')
  const mixed = mixedTables(mixedCount, rows / 4)
  const mixedSet = isParallel || isRestored ? [{ name: mixed.name, url: await mixed.create(server) }] : []
  if (isParallel) {
    results.parallel = []
    const small = smallTables(smallCount)
    const sets = [
      { ...one(url), table: 'reference' },
      ...mixedSet,
      { name: small.name, url: await small.create(server) },
    ]
    for (const dataSet of sets) {
      tell(`parallel, ${dataSet.name}`)
      results.parallel.push(await measureParallel(bench, dataSet, shared))
    }
  }
  if (isRestored) {
    results.parallelRestore = []
    for (const dataSet of [one(url), ...mixedSet]) {
      tell(`parallel restore, ${dataSet.name}`)
      results.parallelRestore.push(await measureParallelRestores(server, bench, dataSet, shared))
    }
  }
  return results
}

const one = (url: string) => ({ name: 'one table', url })

/** So that nobody is the first to read the table. */
async function warmUp(competitors: readonly Competitor[], signal: AbortSignal): Promise<void> {
  const copy = competitors.find(({ name }) => name === names.copy)
  if (copy) await measure(copy.command, signal)
}

/** Everyone restores the file that pgark wrote, into a new database each time. */
async function measureRestores(server: TestServer, bench: Bench, url: string, shared: RoundsOptions) {
  const [writer] = backupCompetitors(bench, url)
  if (!writer?.output) throw new Error('Expected the first competitor to write a plain file.')
  await measure(writer.command, shared.signal)
  const databaseOf = (name: string) => (name === names.psql ? 'restored_by_psql' : 'restored_by_pgark')
  const dump = path.resolve(writer.output)
  return await runRounds(
    restoreCompetitors(bench, dump, (name) => server.url(databaseOf(name))),
    {
      ...shared,
      async before({ name }) {
        await server.createDatabase(databaseOf(name))
        await server.query('CHECKPOINT')
      },
      after: ({ name }) => server.query(`DROP DATABASE "${databaseOf(name)}"`),
    },
  )
}
