import { type Filter, ident, type Problem, sql } from '@pgark/core'
import { listed } from './listed.ts'
import { refuseWrong, unknownOptions } from './refuse-wrong.ts'

export interface SampleOptions {
  /** Another seed chooses other rows. A whole number. Default 0. */
  seed?: number
}

/** Of a hash these bits are looked at. */
const buckets = 2 ** 31

/**
 * About so many of a hundred rows, the same ones whenever the data are the same: `sample(5, { seed: 42 })`. A row is chosen by a hash of
 * its primary key; without one by a hash of the whole row, so that of equal rows all are chosen or none.
 *
 * @param percent more than 0, at most 100
 */
export function sample(percent: number, options: SampleOptions = {}): Filter {
  refuseWrong('sample()', sampleProblems(percent, options))
  const { seed = 0 } = options
  const below = Math.round((percent / 100) * buckets)
  return {
    specVersion: 1,
    name: 'sample',
    where(table) {
      const stored = table.columns.filter(({ isGenerated }) => !isGenerated).map(({ name }) => name)
      const columns = listed(
        (table.primaryKey.length > 0 ? table.primaryKey : stored).map((name) => sql`${ident(name)}`),
      )
      const hash = sql`pg_catalog.hashtextextended(ROW(${columns})::pg_catalog.text, ${seed})`
      return sql`${hash} & ${buckets - 1} < ${below}`
    },
  }
}

function* sampleProblems(percent: unknown, options: SampleOptions): Iterable<Problem> {
  if (typeof percent !== 'number' || !(percent > 0 && percent <= 100))
    yield { message: 'Expected a percentage of more than 0 and at most 100.' }
  yield* unknownOptions(options, ['seed'])
  if (options?.seed !== undefined && !Number.isSafeInteger(options.seed))
    yield { message: 'Expected the seed to be a whole number.' }
}
