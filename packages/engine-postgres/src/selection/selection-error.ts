import { closest, didYouMean, PgarkError, type Problem } from '@pgark/core'
import { quoteIdentifier } from '@pgark/pg-sql'
import type { Relation } from '../catalogue/relations.ts'
import type { Pattern } from './pattern.ts'

/** A pattern that matches nothing, with the closest of the names that there are. */
export function unmatched(option: string, pattern: Pattern, names: Iterable<string>): Problem {
  const hint = didYouMean(pattern.text, names)
  return { message: `Nothing matches the pattern ${pattern.text} of ${option}.`, ...(hint && { hint }) }
}

/** The same with relations, as they are to be typed: with their schemas where the search_path does not find them. */
export function unmatchedRelation(
  option: string,
  pattern: Pattern,
  relations: Iterable<Pick<Relation, 'schema' | 'name' | 'isVisible'>>,
): Problem {
  const typed = new Map<string, string>()
  for (const { schema, name, isVisible } of relations) {
    const qualified = `${asPattern(schema)}.${asPattern(name)}`
    typed.set(`${schema}.${name}`, qualified)
    if (isVisible) typed.set(name, asPattern(name))
    else if (!typed.has(name)) typed.set(name, qualified)
  }
  const likely = closest(pattern.text.replaceAll('"', ''), typed.keys(), 2 * mostSuggested).map((name) =>
    typed.get(name),
  )
  const [hint] = likely.length > 0 ? [`did you mean ${[...new Set(likely)].slice(0, mostSuggested).join(', ')}?`] : []
  return { message: `Nothing matches the pattern ${pattern.text} of ${option}.`, ...(hint && { hint }) }
}

/** A name as a pattern that stands for nothing else. */
export const asPattern = (name: string) => (/^[a-z_][a-z0-9_$]*$/.test(name) ? name : quoteIdentifier(name))

const mostSuggested = 3

export function selectionError(problems: readonly Problem[]): PgarkError {
  const hints = problems.flatMap(({ hint }) => hint ?? [])
  return new PgarkError('USAGE.SELECTION', problems.map(({ message }) => message).join('\n'), {
    meta: { problems },
    ...(hints.length > 0 && { hint: hints.join('\n') }),
  })
}
