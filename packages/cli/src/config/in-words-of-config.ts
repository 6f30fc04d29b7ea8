import { type BackupOptions, isPgarkError, PgarkError, type Problem } from '@pgark/core'

/** A problem with options that the config file has: they are called there as the library calls them. */
interface ConfiguredProblem extends Problem {
  readonly ofConfig: readonly string[]
}

/** Rejects as the call does; what it says of options that flags did not replace stays in the words of the config file. */
export async function inWordsOfConfig<Result>(
  preset: Partial<BackupOptions>,
  flags: Partial<BackupOptions>,
  call: () => Promise<Result>,
): Promise<Result> {
  // Filters are of both.
  const kept = Object.keys(preset).filter((key) => key === 'filters' || !(key in flags))
  const flagged = Object.keys(flags.filters ?? {})
  const configured = (problem: Problem): ConfiguredProblem => {
    const isOfFlag = flagged.some((key) => problem.message.includes(`pattern ${key} of filters`))
    return { ...problem, ofConfig: kept.filter((key) => key !== 'filters' || !isOfFlag) }
  }
  try {
    return await call()
  } catch (error) {
    if (!isPgarkError(error) || !error.code.startsWith('USAGE.') || kept.length === 0) throw error
    const { code, message, hint, retryable, meta } = error
    const own: Problem = { message, ...(hint !== undefined && { hint }) }
    const problems = (Array.isArray(meta.problems) ? meta.problems : [own]).map(configured)
    throw new PgarkError(code, message, { ...own, retryable, meta: { ...meta, problems }, cause: error })
  }
}

/** The options in a problem that are called as in the config file. */
export const ofConfig = (problem: object): readonly string[] => (problem as Partial<ConfiguredProblem>).ofConfig ?? []
