import type { Problem } from '@pgark/core'

/** `4`, but not `4.5`, `0x4` or nothing at all. */
export const wholeNumber = (text: string) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined)

/** The problem with an option's number, if there is one. */
export function* wholeNumberProblems(option: string, text: string | undefined): Iterable<Problem> {
  if (text === undefined || wholeNumber(text) !== undefined) return
  yield { message: `Expected ${option} to be a whole number, got ${text}.` }
}
