import { PgarkError, type PgarkErrorLike, type Problem } from '@pgark/core'

/** A problem that is repeated as it was told: the options that it names are those of a package, not flags of this command. */
export interface ForeignProblem extends Problem {
  readonly isForeign: true
}

/** The error of a package, whose words are its own: what they say of options is meant of its options. */
export function inItsWords(error: PgarkErrorLike): PgarkError {
  const { code, message, hint, retryable, meta } = error
  const own: Problem = { message, ...(hint !== undefined && { hint }) }
  const told: readonly Problem[] = Array.isArray(meta.problems) ? meta.problems : [own]
  const problems = told.map((problem): ForeignProblem => ({ ...problem, isForeign: true }))
  return new PgarkError(code, message, { ...own, retryable, meta: { ...meta, problems }, cause: error })
}

export const isForeign = (problem: object): boolean => 'isForeign' in problem
