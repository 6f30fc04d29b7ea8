/** What became of a run. */
export interface Outcome {
  /** Whether the fault came to its moment. */
  readonly struck: boolean
  readonly exit: number | NodeJS.Signals | null
  /** Of the error, where the process told one. */
  readonly code: string | undefined
  /** What there is now, in a few words. */
  readonly left: string
  /** Empty when every promise was kept. */
  readonly problems: readonly string[]
}

/** What a run is given: short waits, so that a silent connection is noticed within seconds. */
export const impatience = ['--idle-timeout', '1s', '--connect-timeout', '5s', '--json'] as const
