import type { Problem } from '@pgark/core'

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 }
/** The server's own limit for its timeouts. */
const longestMs = 2_147_483_647

/** Milliseconds of `500ms`, `10s`, `5m`, `1h`; a plain number is seconds. */
export function durationMs(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|min|h)?$/.exec(text)
  const ms = match ? Math.round(Number(match[1]) * (unitMs[match[2] ?? 's'] ?? 0)) : 0
  return ms >= 1 && ms <= longestMs ? ms : undefined
}

/** The problem with an option's duration, if there is one. */
export function* durationProblems(option: string, text: string | undefined): Iterable<Problem> {
  if (text === undefined || durationMs(text) !== undefined) return
  yield { message: `Expected ${option} to be a duration, got ${text}.`, hint: 'write 500ms, 10s, 5m or 1h' }
}
