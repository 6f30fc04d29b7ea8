import type { ObjectSource } from '@pgark/core'

export interface UntilGivenUp {
  readonly source: ObjectSource
  giveUp(): void
}

/** A source that may be given up while something of it is waited for: whoever writes to a pipe may be silent for as long as he likes. */
export function untilGivenUp(source: ObjectSource, signal: AbortSignal): UntilGivenUp {
  const leaving = new AbortController()
  const either = AbortSignal.any([signal, leaving.signal])
  return {
    source: { ...source, read: (name, options) => source.read(name, { ...options, signal: either }) },
    giveUp: () => leaving.abort(),
  }
}
