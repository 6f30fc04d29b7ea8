import { didYouMean, PgarkError, type Problem } from '@pgark/core'
import type { Pattern } from './pattern.ts'

/** A pattern that matches nothing, with the closest of the names that there are. */
export function unmatched(option: string, pattern: Pattern, names: Iterable<string>): Problem {
  const hint = didYouMean(pattern.text, names)
  return { message: `Nothing matches the pattern ${pattern.text} of ${option}.`, ...(hint && { hint }) }
}

export function selectionError(problems: readonly Problem[]): PgarkError {
  const hints = problems.flatMap(({ hint }) => hint ?? [])
  return new PgarkError('USAGE.SELECTION', problems.map(({ message }) => message).join('\n'), {
    meta: { problems },
    ...(hints.length > 0 && { hint: hints.join('\n') }),
  })
}
