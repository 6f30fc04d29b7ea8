import { didYouMean, type Problem, refuseProblems } from '@pgark/core'

/** Throws one `USAGE.FILTER` error with all that is wrong with the arguments of a filter. */
export function refuseWrong(filter: string, problems: Iterable<Problem | false>): void {
  const found = [...problems].filter((problem) => problem !== false)
  refuseProblems(
    found.map((problem) => ({ ...problem, message: `${filter}: ${problem.message}` })),
    'USAGE.FILTER',
  )
}

/** A name that no column can have. */
export function* columnProblems(column: unknown): Iterable<Problem> {
  if (typeof column === 'string' && column !== '' && !column.includes('\0')) return
  yield { message: 'Expected the name of a column.' }
}

/** Options that are none, and unknown ones. */
export function* unknownOptions(options: unknown, known: readonly string[]): Iterable<Problem> {
  if (typeof options !== 'object' || options === null) {
    yield { message: 'Expected options to be an object.' }
    return
  }
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue
    const hint = didYouMean(key, known)
    yield { message: `Unknown option ${key}.`, ...(hint && { hint }) }
  }
}
