import type { Problem } from '@pgark/core'

/**
 * A time zone that the server would take for another one, or for none. It reads `+02:00` the POSIX way, as west of Greenwich, so only
 * names are allowed.
 */
export function* timeZoneProblems(timeZone: unknown): Iterable<Problem> {
  if (timeZone === undefined) return
  if (typeof timeZone === 'string' && /^[A-Za-z]/.test(timeZone) && isKnown(timeZone)) return
  yield { message: 'Expected timeZone to be the name of a time zone.', hint: "for example 'UTC' or 'Europe/Berlin'" }
}

function isKnown(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
