import {
  AMPERSAND,
  BACKSLASH,
  CASE_BIT,
  CLOSE_PARENTHESIS,
  characterClass,
  continuesTag,
  DASH,
  DIGIT,
  DOLLAR,
  DOUBLE_QUOTE,
  LETTER,
  LOWER_E,
  OPEN_PARENTHESIS,
  OPERATOR,
  OTHER,
  QUOTE,
  SEMICOLON,
  SLASH,
  SPACE,
  STAR,
} from './character.ts'
import { keywordAt, Nesting } from './nesting.ts'
import { numberEnd, wordEnd } from './runs.ts'
import { skipBlockComment, skipDollarQuoted, skipLineComment, skipQuoted } from './spans.ts'

/**
 * Why scanning paused:
 * - `more`: everything before `position` is read; the rest, if any, needs more bytes to be told apart
 * - `end`: `position` is behind the semicolon that ends the statement
 * - `backslash`: `position` is at a backslash outside any quoting
 * - `comment`: `position` is at a `--` comment between statements
 */
export type LexerEvent = 'more' | 'end' | 'backslash' | 'comment'

/** What is open where scanning paused. */
export type OpenSpan = 'literal' | 'quoted identifier' | 'dollar quote' | 'line comment' | 'comment'

const LOWER_B = 0x62
const LOWER_N = 0x6e
const LOWER_U = 0x75
const LOWER_X = 0x78

/** Splits SQL as psql does (`src/fe_utils/psqlscan.l`). Holds no bytes, only state, so it goes on over any chunk boundary. */
export class StatementLexer {
  /** The server's `standard_conforming_strings`: whether a backslash in a plain literal is an ordinary character. */
  standardStrings = true
  /** Index up to which the current bytes are read. */
  position = 0
  /** Index where the latest statement, or comment before a statement, began. Callers set it to -1 once they took it. */
  start = -1
  isInStatement = false
  open: OpenSpan | undefined
  readonly nesting = new Nesting()
  readonly #comment = { depth: 0 }
  #escapes = false
  #delimiter: Buffer = Buffer.alloc(0)

  /** Reads `bytes` from `from` to `limit`. `isLast` says that nothing follows, so that nothing is left undecided. */
  scan(bytes: Buffer, from: number, limit: number, isLast: boolean): LexerEvent {
    this.position = from
    while (this.position < limit) {
      if (this.open !== undefined) {
        const next = this.#skipOpen(bytes, limit, isLast)
        if (next < 0) {
          this.position = ~next
          return 'more'
        }
        this.position = next
        this.open = undefined
        continue
      }
      const event = this.#scanPlain(bytes, limit, isLast)
      if (event !== undefined) return event
    }
    return 'more'
  }

  /** Forgets the statement that has ended. */
  reset(): void {
    this.isInStatement = false
    this.nesting.reset()
  }

  #skipOpen(bytes: Buffer, limit: number, isLast: boolean): number {
    const at = this.position
    if (this.open === 'literal') return skipQuoted(bytes, at, limit, isLast, QUOTE, this.#escapes)
    if (this.open === 'quoted identifier') return skipQuoted(bytes, at, limit, isLast, DOUBLE_QUOTE, false)
    if (this.open === 'dollar quote') return skipDollarQuoted(bytes, at, limit, this.#delimiter)
    if (this.open === 'line comment') return skipLineComment(bytes, at, limit)
    return skipBlockComment(bytes, at, limit, this.#comment)
  }

  /** Reads on outside of quotes until something opens, something happens or the bytes end. */
  #scanPlain(bytes: Buffer, limit: number, isLast: boolean): LexerEvent | undefined {
    let at = this.position
    while (at < limit) {
      const byte = bytes[at] as number
      const kind = characterClass(byte)
      if (kind === SPACE) {
        at++
        continue
      }
      if (byte === BACKSLASH) return this.#pause(at, 'backslash')
      if (byte === DASH || byte === SLASH) {
        if (at + 1 === limit && !isLast) return this.#pause(at, 'more')
        if (at + 1 < limit && bytes[at + 1] === (byte === DASH ? DASH : STAR)) {
          if (this.isInStatement) return this.#openSpan(byte === DASH ? 'line comment' : 'comment', at + 2)
          if (byte === DASH) return this.#pause(at, 'comment')
          this.start = at
          return this.#openSpan('comment', at + 2)
        }
      }
      if (!this.isInStatement) {
        if (byte === SEMICOLON) {
          at++
          continue
        }
        this.isInStatement = true
        this.start = at
      }
      if (kind === OTHER || kind === OPERATOR) {
        at++
        continue
      }
      const end = this.#token(bytes, at, limit, isLast, kind)
      if (end < 0) return this.#pause(at, 'more')
      at = end
      if (this.open !== undefined) return this.#pause(at, undefined)
      if (byte === SEMICOLON && this.nesting.isTop) return this.#pause(at, 'end')
    }
    return this.#pause(at, 'more')
  }

  /** Reads one token, or what opens a span. Returns the index behind it, or -1 if that takes more bytes to tell. */
  #token(bytes: Buffer, at: number, limit: number, isLast: boolean, kind: number): number {
    if (kind === LETTER) return this.#word(bytes, at, limit, isLast)
    if (kind === DIGIT) {
      // A word that follows a number directly belongs to it, so that the E of 1E'…' makes no escape string.
      const end = numberEnd(bytes, at, limit)
      return end === limit && !isLast ? -1 : end
    }
    const byte = bytes[at]
    if (byte === QUOTE) {
      this.#escapes = !this.standardStrings
      this.open = 'literal'
    } else if (byte === DOUBLE_QUOTE) {
      this.open = 'quoted identifier'
    } else if (byte === DOLLAR) {
      return this.#dollar(bytes, at, limit, isLast)
    } else if (byte === OPEN_PARENTHESIS) {
      this.nesting.open()
    } else if (byte === CLOSE_PARENTHESIS) {
      this.nesting.close()
    }
    return at + 1
  }

  #word(bytes: Buffer, at: number, limit: number, isLast: boolean): number {
    const end = wordEnd(bytes, at, limit)
    if (end === limit && !isLast) return -1
    if (end === at + 1 && end < limit) {
      const letter = (bytes[at] as number) | CASE_BIT
      if (bytes[end] === QUOTE && (letter === LOWER_E || letter === LOWER_B || letter === LOWER_X)) {
        this.#escapes = letter === LOWER_E
        this.open = 'literal'
        return end + 1
      }
      // PostgreSQL reads the N of N'…' by itself, and psql counts it as no word.
      if (bytes[end] === QUOTE && letter === LOWER_N) return end
      if (bytes[end] === AMPERSAND && letter === LOWER_U) {
        if (end + 1 === limit && !isLast) return -1
        const quote = end + 1 < limit ? bytes[end + 1] : undefined
        if (quote === QUOTE || quote === DOUBLE_QUOTE) {
          this.#escapes = false
          this.open = quote === QUOTE ? 'literal' : 'quoted identifier'
          return end + 2
        }
      }
    }
    if (this.nesting.wantsWords) this.nesting.word(keywordAt(bytes, at, end))
    return end
  }

  #dollar(bytes: Buffer, at: number, limit: number, isLast: boolean): number {
    let end = at + 1
    if (end < limit && characterClass(bytes[end]) === DIGIT) {
      // A parameter, and with it, as with a number, the word that follows directly.
      end = wordEnd(bytes, end, limit)
      return end === limit && !isLast ? -1 : end
    }
    while (end < limit && continuesTag(bytes[end])) end++
    if (end === limit) return isLast ? at + 1 : -1
    if (bytes[end] !== DOLLAR) return at + 1
    this.#delimiter = Buffer.from(bytes.subarray(at, end + 1))
    this.open = 'dollar quote'
    return end + 1
  }

  #pause<E extends LexerEvent | undefined>(at: number, event: E): E {
    this.position = at
    return event
  }

  #openSpan(span: OpenSpan, at: number): undefined {
    if (span === 'comment') this.#comment.depth = 1
    this.open = span
    this.position = at
  }
}
