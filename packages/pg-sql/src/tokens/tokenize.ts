import {
  AMPERSAND,
  COLON,
  characterClass,
  DASH,
  DIGIT,
  DOLLAR,
  DOT,
  DOUBLE_QUOTE,
  EQUALS,
  LETTER,
  OPERATOR,
  QUOTE,
  SLASH,
  SPACE,
  STAR,
} from '../lexical/character.ts'
import { blockCommentToken, dollarToken, quotedToken } from './delimited.ts'
import { type Token, tokenAt } from './token.ts'
import { lineEnd, numberEnd, operatorEnd, wordEnd } from './undelimited.ts'

export interface TokenizeOptions {
  /** The server's `standard_conforming_strings`: false if a backslash in a plain literal escapes. Default true. */
  readonly standardConformingStrings?: boolean
}

/**
 * The tokens of SQL in their order, told apart as PostgreSQL's scanner does; whitespace lies in the gaps between them.
 * Any text has tokens, and nothing but whitespace is left out. Lazy: only as much is read as is asked for.
 */
export function* tokenize(sql: string, options: TokenizeOptions = {}): Generator<Token, void, undefined> {
  const escapesPlain = options.standardConformingStrings === false
  let at = 0
  while (at < sql.length) {
    if (characterClass(sql.charCodeAt(at)) === SPACE) {
      at++
      continue
    }
    const token = readToken(sql, at, escapesPlain)
    at = token.end
    yield token
  }
}

function readToken(sql: string, start: number, escapesPlain: boolean): Token {
  const code = sql.charCodeAt(start)
  const next = sql.charCodeAt(start + 1)
  const kind = characterClass(code)
  if (kind === LETTER) return wordToken(sql, start)
  if (kind === DIGIT) return tokenAt(sql, 'number', start, numberEnd(sql, start))
  if (kind === OPERATOR) {
    if (code === DASH && next === DASH) return tokenAt(sql, 'comment', start, lineEnd(sql, start))
    if (code === SLASH && next === STAR) return blockCommentToken(sql, start)
    return tokenAt(sql, 'operator', start, operatorEnd(sql, start))
  }
  if (code === QUOTE) return quotedToken(sql, start, start + 1, QUOTE, escapesPlain)
  if (code === DOUBLE_QUOTE) return quotedToken(sql, start, start + 1, DOUBLE_QUOTE, false)
  if (code === DOLLAR) return dollarToken(sql, start)
  if (code === DOT && characterClass(next) === DIGIT) return tokenAt(sql, 'number', start, numberEnd(sql, start))
  const isPair = (code === DOT && next === DOT) || (code === COLON && (next === COLON || next === EQUALS))
  return tokenAt(sql, 'punctuation', start, start + (isPair ? 2 : 1))
}

const PREFIX = /(?:([ebx])|u&)(['"])/iy

function wordToken(sql: string, start: number): Token {
  PREFIX.lastIndex = start
  const second = sql.charCodeAt(start + 1)
  const match = second === QUOTE || second === AMPERSAND ? PREFIX.exec(sql) : null
  const [, letter, quote] = match ?? []
  if (quote === "'" || (quote === '"' && letter === undefined)) {
    return quotedToken(sql, start, PREFIX.lastIndex, quote.charCodeAt(0), letter?.toLowerCase() === 'e')
  }
  return tokenAt(sql, 'word', start, wordEnd(sql, start))
}
