import { setTimeout } from 'node:timers/promises'

const firstPauseMs = 50
const longestPauseMs = 10_000

export interface RetryOptions {
  readonly maxAttempts: number
  /** Ends the attempts: the one that is under way, unless it looks at the signal itself, is the last. */
  readonly signal?: AbortSignal | undefined
  isWorthwhile(error: unknown): boolean
}

/**
 * Tries again what failed, after a pause. Pauses are drawn between nothing and a bound that doubles, so that many who failed together
 * do not come back together: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export async function retrying<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { maxAttempts, signal, isWorthwhile } = options
  for (let count = 1; ; count++) {
    signal?.throwIfAborted()
    try {
      return await attempt()
    } catch (error) {
      signal?.throwIfAborted()
      if (count >= maxAttempts || !isWorthwhile(error)) throw error
    }
    await pause(count, signal)
  }
}

/** The pause after that many failures. An aborted pause is over; whoever goes on looks at the signal. */
export async function pause(failures: number, signal: AbortSignal | undefined): Promise<void> {
  const pauseMs = Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** failures)
  await setTimeout(pauseMs, undefined, signal && { signal }).catch(() => {})
}
