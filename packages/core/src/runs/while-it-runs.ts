import { type RunContext, type RunOptions, runContext } from '../contracts/run.ts'

/**
 * Runs `work` with the context that its caller's options make. Once it has ended nothing is told any more: streams that were given up
 * may still move for a moment, and the result is to be the last event.
 */
export async function whileItRuns<T>(options: RunOptions, work: (run: RunContext) => Promise<T>): Promise<T> {
  const run = runContext(options)
  let hasEnded = false
  try {
    return await work({
      ...run,
      onEvent(event) {
        if (!hasEnded) run.onEvent(event)
      },
    })
  } finally {
    hasEnded = true
  }
}
