import type { Exporter } from '../contracts/exporter.ts'
import { didYouMean } from '../errors/closest.ts'
import type { Problem } from '../errors/problems.ts'

// What is wrong with the options of a call. From JavaScript anything can come, so that nothing is believed of them.

/** Options that are no options, and keys that are unknown, each with the closest name. */
export function* keyProblems(options: unknown, known: Iterable<string>): Iterable<Problem> {
  if (!isObject(options)) {
    yield { message: `Expected an object with options, got ${kindOf(options)}.` }
    return
  }
  const names = new Set(known)
  for (const key of Object.keys(options)) {
    if (names.has(key)) continue
    const hint = didYouMean(key, names)
    yield { message: `Unknown option ${key}.`, ...(hint && { hint }) }
  }
}

/** Options of that name that are neither true nor false. */
export function* flagProblems(options: object, names: readonly string[]): Iterable<Problem> {
  for (const [key, value] of Object.entries(options)) {
    if (names.includes(key) && value !== undefined && typeof value !== 'boolean')
      yield { message: `Expected ${key} to be true or false.` }
  }
}

/** Options of that name that are no text. */
export function* textProblems(options: object, names: readonly string[]): Iterable<Problem> {
  for (const [key, value] of Object.entries(options)) {
    if (!names.includes(key) || value === undefined) continue
    if (typeof value !== 'string' || value === '')
      yield { message: `Expected ${key} to be text, got ${value === '' ? 'an empty string' : kindOf(value)}.` }
  }
}

/** Options of that name that are no whole numbers, or below what makes sense. */
export function* countProblems(options: object, names: readonly string[], least: number): Iterable<Problem> {
  for (const [key, value] of Object.entries(options)) {
    if (!names.includes(key) || value === undefined) continue
    if (!Number.isSafeInteger(value) || value < least)
      yield { message: `Expected ${key} to be a whole number of at least ${least}, got ${value}.` }
  }
}

/** A plugin that is none, or one for another version of the contracts. */
export function* pluginProblems(what: 'engine' | 'destination', plugin: unknown): Iterable<Problem> {
  if (isObject(plugin) && (plugin as { specVersion?: unknown }).specVersion === 1) return
  const example = what === 'engine' ? 'postgres(url)' : "file('shop.sql.zst')"
  yield {
    message: `The ${what} is not one that this version of @pgark/core can use.`,
    hint: `give one, for example ${example}`,
  }
}

/** A destination from which nothing can be removed, where something is to be. */
export function* removalProblems({ capabilities, location }: Exporter): Iterable<Problem> {
  if (capabilities.remove && capabilities.read) return
  yield { message: `Nothing can be removed from ${location}.` }
}

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

const kindOf = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value)
