import type { BackupDestination } from './backup-destination.ts'

export type Work = (destination: BackupDestination, signal: AbortSignal) => Promise<void>

/** A destination for as long as it takes part in a backup. */
export class Participant {
  readonly destination: BackupDestination
  readonly #dropped = new AbortController()
  readonly #signals = new WeakMap<AbortSignal, AbortSignal>()
  readonly #working = new Set<Promise<void>>()
  #failure: { readonly error: unknown } | undefined
  #removed: Promise<void> | undefined

  constructor(destination: BackupDestination) {
    this.destination = destination
  }

  /** Set once it has dropped out. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure
  }

  /** Does some of the work, which is stopped when the destination drops out meanwhile. Several at once are fine. */
  async attempt(work: Work, signal: AbortSignal): Promise<void> {
    const working = work(this.destination, this.#stopping(signal))
    this.#working.add(working)
    try {
      await working
    } finally {
      this.#working.delete(working)
    }
  }

  /** Ends its part, for the first reason given: what it is doing is stopped, then what it has stored is removed. */
  drop(error: unknown): void {
    if (this.#failure) return
    this.#failure = { error }
    this.#dropped.abort(error)
    this.#removed = Promise.allSettled(this.#working).then(() => this.destination.discard())
  }

  /** Resolves when nothing of it is left, where it has dropped out. */
  async gone(): Promise<void> {
    await this.#removed
  }

  /** An engine gives the same signal with thousands of objects. */
  #stopping(signal: AbortSignal): AbortSignal {
    const known = this.#signals.get(signal)
    if (known) return known
    const either = AbortSignal.any([signal, this.#dropped.signal])
    this.#signals.set(signal, either)
    return either
  }
}
