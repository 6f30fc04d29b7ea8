import type { Token } from './token.ts'
import { type TokenizeOptions, tokenize } from './tokenize.ts'

const LEADING = 8192

/**
 * The text to tell a statement by: bytes as Latin-1, one character for each byte, so that the server's encoding need
 * not be known. At most 8 KiB of it, unless they are nothing but comments.
 */
export function leadingText(sql: Uint8Array | string): string {
  const text = typeof sql === 'string' ? sql.slice(0, LEADING) : latin1(sql.subarray(0, LEADING))
  if (sql.length <= LEADING || new TokenCursor(text).peek() !== undefined) return text
  return wholeText(sql)
}

/** All of a statement, bytes as Latin-1. */
export function wholeText(sql: Uint8Array | string): string {
  return typeof sql === 'string' ? sql : latin1(sql)
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

/** Steps through the tokens of a text without its comments, reading no further than asked. */
export class TokenCursor {
  readonly #tokens: Iterator<Token, void, undefined>
  #ahead: Token[] = []

  constructor(text: string, options?: TokenizeOptions) {
    this.#tokens = tokenize(text, options)
  }

  /** The next token, or the one `distance` behind it; undefined at the end. */
  peek(distance = 0): Token | undefined {
    while (this.#ahead.length <= distance) {
      const next = this.#tokens.next()
      if (next.done) return undefined
      if (next.value.type !== 'comment') this.#ahead.push(next.value)
    }
    return this.#ahead[distance]
  }

  next(): Token | undefined {
    const token = this.peek()
    this.#ahead.shift()
    return token
  }

  /** The next token, or the one `distance` behind it, in capitals if it is an unquoted word; otherwise ''. */
  word(distance = 0): string {
    const token = this.peek(distance)
    return token?.type === 'word' ? token.text.toUpperCase() : ''
  }

  /** Steps over these words if they come next, all of them. */
  take(...words: readonly string[]): boolean {
    if (!words.every((word, distance) => this.word(distance) === word)) return false
    for (const _ of words) this.next()
    return true
  }

  /** Steps over the next token if it is this punctuation. */
  takePunctuation(text: string): boolean {
    const token = this.peek()
    if (token?.type !== 'punctuation' || token.text !== text) return false
    this.next()
    return true
  }

  /** Steps over a name, qualified or not, and returns it as written; undefined if none comes next. */
  takeName(mayBeOperator = false): string | undefined {
    let name = ''
    for (;;) {
      const token = this.peek()
      const isOperator = mayBeOperator && token?.type === 'operator'
      if (token?.type !== 'word' && token?.type !== 'quoted-identifier' && !isOperator) return name || undefined
      name += token.text
      this.next()
      const dot = this.peek()
      if (isOperator || dot?.type !== 'punctuation' || dot.text !== '.') return name
      name += '.'
      this.next()
    }
  }
}
