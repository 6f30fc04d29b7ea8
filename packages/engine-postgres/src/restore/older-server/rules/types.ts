import { refused, restoreElsewhere, rewritten } from '../rule.ts'
import type { Seen } from '../seen.ts'
import { nameAt, partsIn, placeOf, type Statement, says, textOf, withParts } from '../statement.ts'

/** CREATE TYPE without one of its attributes. */
function withoutAttribute(statement: Statement, attribute: string): string[] | undefined {
  const { tokens } = statement
  const open = tokens.findIndex(({ text }) => text === '(')
  const parts = says(tokens, 0, 'CREATE', 'TYPE') ? partsIn(tokens, open) : []
  const kept = parts.filter(({ from }) => !says(tokens, from, attribute, '='))
  if (kept.length === parts.length) return undefined
  return [
    withParts(
      statement,
      open,
      kept.map(({ from, to }) => textOf(statement, from, to)),
      ',\n    ',
    ),
  ]
}

export const multirangeOfRange = rewritten({
  feature: 'The multirange type of a range type',
  since: 14,
  mark: /multirange_type_name = /,
  lost: 'the range type has no multirange type there',
  rewrite: (statement) => withoutAttribute(statement, 'multirange_type_name'),
})

const builtin = /^(int4|int8|num|ts|tstz|date|any|anycompatible)multirange$/

export const multiranges = refused({
  feature: 'Multirange types',
  since: 14,
  mark: /multirange/,
  remedy: restoreElsewhere(14),
  isIn: (statement, seen) => statement.tokens.some((_, at) => isMultirange(statement, at, seen)),
})

/** What it makes says types wherever they are needed. */
const isTyped = (tokens: Statement['tokens']) =>
  says(tokens, 0, 'CREATE') &&
  tokens.slice(1, 3).some(({ text }) => /^(TABLE|DOMAIN|TYPE|FUNCTION|PROCEDURE|AGGREGATE|CAST|OPERATOR)$/.test(text))

function isMultirange({ tokens }: Statement, at: number, { multiranges }: Seen): boolean {
  const before = tokens[at - 1]?.text ?? ''
  if (before === '.' || before === '=') return false
  // Elsewhere it may be a column.
  const isOfType = before === '::' || says(tokens, at + 1, '(') || isTyped(tokens)
  if (!isOfType) return false
  if (tokens[at]?.type === 'word' && builtin.test(tokens[at].text)) {
    // Not the name of a column.
    const isMade = (before === '(' || before === ',') && /^[a-z"]/.test(tokens[at + 1]?.text ?? '')
    return !isMade
  }
  return multiranges.size > 0 && multiranges.has(nameAt(tokens, at).name)
}

export const subscript = rewritten({
  feature: 'SUBSCRIPT of a base type',
  since: 14,
  mark: /SUBSCRIPT = /,
  lost: 'the type is subscripted there as its ELEMENT says, or not at all',
  rewrite: (statement) => withoutAttribute(statement, 'SUBSCRIPT'),
})

const isCollation = ({ tokens }: Statement, ...words: string[]) =>
  says(tokens, 0, 'CREATE', 'COLLATION') && tokens.some((_, at) => says(tokens, at, ...words))

export const collationRules = refused({
  feature: 'Collations of ICU with rules',
  since: 16,
  mark: /rules = /,
  remedy: restoreElsewhere(16),
  isIn: (statement) => isCollation(statement, 'rules', '='),
})

export const builtinCollations = refused({
  feature: 'Collations of the builtin provider',
  since: 17,
  mark: /provider = builtin/,
  remedy: restoreElsewhere(17),
  isIn: (statement) => isCollation(statement, 'provider', '=', 'builtin'),
})

export const unicodeFast = refused({
  feature: 'Collations of the locale PG_UNICODE_FAST',
  since: 18,
  mark: /PG_UNICODE_FAST/,
  remedy: restoreElsewhere(18),
  isIn: (statement) => isCollation(statement, "'PG_UNICODE_FAST'") && placeOf(statement, 'builtin') !== -1,
})
