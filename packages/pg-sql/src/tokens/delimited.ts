import { BACKSLASH, characterClass, continuesTag, DIGIT, DOLLAR, QUOTE, SLASH, STAR } from '../lexical/character.ts'
import { type Token, tokenAt } from './token.ts'
import { wordEnd } from './undelimited.ts'

/** A literal or quoted identifier that begins at `start` and whose text begins at `inside`, behind the quote. */
export function quotedToken(sql: string, start: number, inside: number, quote: number, escapes: boolean): Token {
  const type = quote === QUOTE ? 'string' : 'quoted-identifier'
  let at = inside
  while (at < sql.length) {
    const code = sql.charCodeAt(at)
    if (escapes && code === BACKSLASH) at += 2
    else if (code !== quote) at++
    else if (sql.charCodeAt(at + 1) === quote) at += 2
    else return tokenAt(sql, type, start, at + 1)
  }
  return tokenAt(sql, type, start, sql.length, false)
}

/** What a dollar begins: a parameter, a literal, or nothing. */
export function dollarToken(sql: string, start: number): Token {
  if (characterClass(sql.charCodeAt(start + 1)) === DIGIT) {
    return tokenAt(sql, 'parameter', start, wordEnd(sql, start + 1))
  }
  let at = start + 1
  while (at < sql.length && continuesTag(sql.charCodeAt(at))) at++
  if (sql.charCodeAt(at) !== DOLLAR) return tokenAt(sql, 'punctuation', start, start + 1)
  const delimiter = sql.slice(start, at + 1)
  const found = sql.indexOf(delimiter, at + 1)
  if (found === -1) return tokenAt(sql, 'string', start, sql.length, false)
  return tokenAt(sql, 'string', start, found + delimiter.length)
}

export function blockCommentToken(sql: string, start: number): Token {
  let depth = 1
  let at = start + 2
  while (at < sql.length) {
    const code = sql.charCodeAt(at)
    const next = sql.charCodeAt(at + 1)
    const step = code === SLASH && next === STAR ? 1 : code === STAR && next === SLASH ? -1 : 0
    depth += step
    at += step === 0 ? 1 : 2
    if (depth === 0) return tokenAt(sql, 'comment', start, at)
  }
  return tokenAt(sql, 'comment', start, sql.length, false)
}
