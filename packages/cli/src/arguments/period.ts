import type { Problem } from '@pgark/core'

const hourMs = 3_600_000
const unitHours = [365 * 24, 7 * 24, 24, 1]

/** Milliseconds of `24h`, `30d`, `8w`, `1y` (365 days), or several of these, the longest first: `1y6w`. */
export function periodMs(text: string): number | undefined {
  const [, ...counts] = /^(?:(\d{1,4})y)?(?:(\d{1,5})w)?(?:(\d{1,6})d)?(?:(\d{1,7})h)?$/.exec(text) ?? []
  const hours = counts.reduce((sum, count, at) => sum + Number(count ?? 0) * (unitHours[at] ?? 0), 0)
  return hours > 0 ? hours * hourMs : undefined
}

/** The problem with an option's period, if there is one. */
export function* periodProblems(option: string, text: string | undefined): Iterable<Problem> {
  if (text === undefined || periodMs(text) !== undefined) return
  yield { message: `Expected ${option} to be a period, got ${text}.`, hint: 'write 24h, 30d, 8w or 1y' }
}
