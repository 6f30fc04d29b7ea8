import { type Problem, undefinedIn } from '@pgark/core'

const mostValues = 1_000_000

/** A value that is none, or that no comparison is ever true for. */
export function* valueProblems(value: unknown): Iterable<Problem> {
  const place = undefinedIn(value)
  if (place !== undefined) yield { message: `The value${place && ` has at ${place} what`} is undefined.` }
  if (value === null) yield { message: 'Nothing is equal to NULL.', hint: 'use isNull(column)' }
}

/** A list that is none, is empty, is too long, or has such a value. */
export function* listProblems(values: unknown): Iterable<Problem> {
  if (!Array.isArray(values)) {
    yield { message: 'Expected a list of values.' }
    return
  }
  if (values.length < 1 || values.length > mostValues) {
    yield { message: `Expected 1 to 1,000,000 values, got ${values.length}.` }
  }
  // Not every(), which passes over holes.
  const wrong = values.findIndex((value: unknown) => value === undefined || value === null)
  if (wrong !== -1) {
    yield {
      message: `The value at [${wrong}] is ${values[wrong] === null ? 'null' : 'undefined'}.`,
      hint: 'take it out',
    }
  }
}
