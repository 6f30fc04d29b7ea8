import { isPgarkError, type Problem } from '@pgark/core'

/** The problems for which the library refuses a call, so that those of several can be told at once. */
export function problemsOf(call: () => unknown): readonly Problem[] {
  try {
    call()
    return []
  } catch (error) {
    if (!isPgarkError(error) || !error.code.startsWith('USAGE.')) throw error
    const { problems } = error.meta
    if (Array.isArray(problems)) return problems
    return [{ message: error.message, ...(error.hint !== undefined && { hint: error.hint }) }]
  }
}
