import path from 'node:path'
import { type Bench, type Competitor, program } from './competitors.ts'
import { type Result, type RoundsOptions, runRounds } from './run-rounds.ts'

export const unfiltered = 'without a filter'

const cases = {
  all: unfiltered,
  everything: 'a condition that all rows satisfy',
  half: 'half of the rows',
  keys: 'foreignKey, 3 values',
  'million-keys': 'foreignKey, 1,000,000 values',
}

/** The reference table as a plain file, with and without filters. */
export async function measureFilters(bench: Bench, url: string, shared: RoundsOptions): Promise<Result[]> {
  const competitors = Object.entries(cases).map(([which, name]): Competitor => {
    const output = path.join(bench.folder, `${which}.sql`)
    return { name, command: program(bench, 'filtered-backup.ts', [url, output, which]), output }
  })
  return await runRounds(competitors, shared)
}
