import type { Problem } from '@pgark/core'
import { schemeOf, splitUrl, urlProblems } from './destination-url.ts'
import { keyValueProblems } from './key-values.ts'
import { latestOf } from './latest.ts'

/** What is wrong with a reference, as far as that can be told from it alone. */
export function* referenceProblems(reference: string | undefined): Iterable<Problem> {
  if (reference === undefined) return
  // A colon in `latest:key=value` begins no URL, and what standard input is good for each command says itself.
  if (reference !== '-' && !(schemeOf(reference) === undefined && latestOf(reference)))
    yield* urlProblems('The backup', reference)
  if (schemeOf(reference) !== undefined && splitUrl(reference).name === '') {
    yield { message: 'The URL names no backup.', hint: 'add its id, or latest; pgark list lists what is there' }
  }
  yield* keyValueProblems('latest:', latestOf(reference)?.wanted)
}
