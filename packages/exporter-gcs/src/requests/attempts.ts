import { setTimeout as pause } from 'node:timers/promises'
import { isPgarkError } from '@pgark/core'

const longestDelayMs = 32_000

export interface RetryOptions {
  readonly maxAttempts: number
  readonly retryDelayMs: number
}

/** Counts attempts that got nothing across. */
export interface Attempts {
  /**
   * Waits before the next attempt. Throws the error when it is not worth one or there were enough, and the signal's reason once that
   * aborts.
   */
  again(error: unknown): Promise<void>
  /** Something got across: counting begins anew. */
  progressed(): void
}

/** Waits double, up to half a minute, and are random below that, so that many clients do not come back at the same moment. */
export function attempts({ maxAttempts, retryDelayMs }: RetryOptions, signal: AbortSignal | undefined): Attempts {
  let failed = 0
  return {
    async again(error) {
      signal?.throwIfAborted()
      failed += 1
      if (!isWorthAnother(error) || failed >= maxAttempts) throw error
      const longestMs = Math.min(longestDelayMs, retryDelayMs * 2 ** (failed - 1))
      await pause(Math.random() * longestMs, undefined, { ...(signal && { signal }) }).catch(() =>
        signal?.throwIfAborted(),
      )
    },
    progressed() {
      failed = 0
    },
  }
}

/** Other errors that are `retryable` are so for whoever begins anew. */
const isWorthAnother = (error: unknown) =>
  isPgarkError(error) && error.code === 'DESTINATION.UNAVAILABLE' && error.retryable
