import { isPgarkError, type Problem } from '@pgark/core'

/** The problems for which a call is refused by the library or a plugin, so that those of several can be told at once. */
export async function problemsOf(call: () => unknown): Promise<readonly Problem[]> {
  try {
    await call()
    return []
  } catch (error) {
    if (!isPgarkError(error) || !error.code.startsWith('USAGE.')) throw error
    const { problems } = error.meta
    if (Array.isArray(problems)) return problems
    return [{ message: error.message, ...(error.hint !== undefined && { hint: error.hint }) }]
  }
}
