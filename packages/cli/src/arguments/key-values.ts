import type { Problem } from '@pgark/core'

/** `k=v` pairs as a record. */
export function keyValues(pairs: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
}

/** What is wrong with an option's `k=v` pairs. */
export function* keyValueProblems(option: string, pairs: readonly string[] = []): Iterable<Problem> {
  const seen = new Set<string>()
  for (const pair of pairs) {
    const key = pair.slice(0, Math.max(0, pair.indexOf('=')))
    if (key === '') yield { message: `Expected ${option} key=value, got ${pair}.` }
    else if (seen.has(key)) yield { message: `${option} ${key} is given twice.` }
    seen.add(key)
  }
}
