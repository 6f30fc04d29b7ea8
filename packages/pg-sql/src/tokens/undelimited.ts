import {
  CARRIAGE_RETURN,
  characterClass,
  continuesWord,
  DASH,
  DIGIT,
  LETTER,
  LINE_FEED,
  OPERATOR,
  SLASH,
  STAR,
} from '../lexical/character.ts'

/** The end of a word, or of digits with the word that follows them directly. */
export function wordEnd(sql: string, start: number): number {
  let at = start
  while (at < sql.length && characterClass(sql.charCodeAt(at)) === DIGIT) at++
  if (at === sql.length || characterClass(sql.charCodeAt(at)) !== LETTER) return at
  while (at < sql.length && continuesWord(sql.charCodeAt(at))) at++
  return at
}

const DIGITS = '[0-9](?:_?[0-9])*'
const NUMBER = new RegExp(`(?:${DIGITS})?(?:\\.(?!\\.)(?:${DIGITS})?)?(?:[eE][-+](?:${DIGITS})?)?`, 'y')

/**
 * The end of a number with fraction, exponent and the word that follows directly; in `1..10` the number is `1`. A sign behind
 * the E belongs to the number even where no digit follows: the two dashes of `1E--` begin no comment.
 */
export function numberEnd(sql: string, start: number): number {
  NUMBER.lastIndex = start
  NUMBER.test(sql)
  const end = NUMBER.lastIndex
  return characterClass(sql.charCodeAt(end - 1)) === OPERATOR ? end : wordEnd(sql, end)
}

export function lineEnd(sql: string, start: number): number {
  let at = start
  while (at < sql.length && sql.charCodeAt(at) !== LINE_FEED && sql.charCodeAt(at) !== CARRIAGE_RETURN) at++
  return at
}

const BEYOND_STANDARD = /[~!@#^&|`?%]/
/** PostgreSQL refuses longer operators (NAMEDATALEN - 1); a bound keeps a long run of signs from costing quadratic time. */
const LONGEST_OPERATOR = 63

/**
 * The end of an operator. A comment within it ends it, and so does a final + or -, unless the operator has a character
 * that no operator of the SQL standard has: `=-` is two operators, `?-` is one.
 */
export function operatorEnd(sql: string, start: number): number {
  let at = start
  while (at - start < LONGEST_OPERATOR && characterClass(sql.charCodeAt(at)) === OPERATOR) {
    const code = sql.charCodeAt(at)
    const next = sql.charCodeAt(at + 1)
    if ((code === DASH && next === DASH) || (code === SLASH && next === STAR)) break
    at++
  }
  if (BEYOND_STANDARD.test(sql.slice(start, at))) return at
  while (at > start + 1 && '+-'.includes(sql.charAt(at - 1))) at--
  return at
}
