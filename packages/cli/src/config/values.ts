import { didYouMean, type Problem } from '@pgark/core'

// From a config file anything can come, so that nothing is believed of its values.

export type Fields = Readonly<Record<string, unknown>>

/** An object with fields, and no list. */
export const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isFlag = (value: unknown): boolean => value === undefined || typeof value === 'boolean'

export const kindOf = (value: unknown): string =>
  value === null ? 'null' : value === '' ? 'empty text' : Array.isArray(value) ? 'a list' : typeof value

/** The problem with a value, which is not repeated: it may be a secret in the wrong place. */
export const expected = (path: string, what: string, value: unknown): Problem => ({
  message: `${path}: Expected ${what}, got ${kindOf(value)}.`,
})

/** Fields that are unknown, each with the closest name. */
export function* keyProblems(path: string, fields: Fields, known: readonly string[]): Iterable<Problem> {
  for (const key of Object.keys(fields).filter((key) => !known.includes(key))) {
    const hint = didYouMean(key, known)
    yield { message: `${path}${path && '.'}${key}: There is no such option.`, ...(hint && { hint }) }
  }
}

/** Problems that the library has with a part of the file, each with the part's path. */
export const under = (path: string, problems: Iterable<Problem>): readonly Problem[] =>
  [...problems].map(({ message, ...rest }) => ({ message: `${path}: ${message}`, ...rest }))
