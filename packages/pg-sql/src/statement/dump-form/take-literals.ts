import type { TokenCursor } from '../../tokens/token-cursor.ts'

const WORDS = new Set(['NULL', 'TRUE', 'FALSE', 'DEFAULT'])
const SIGNS = new Set(['-', '+'])
const PUNCTUATION = new Set(['(', ')', '[', ']', ','])

/** Steps over literals, lists of them and casts, in which nothing is called or asked; stops before anything else. */
export function takeLiterals(cursor: TokenCursor): void {
  for (;;) {
    if (cursor.takePunctuation('::')) cursor.takeName()
    else if (isOfLiteral(cursor)) cursor.next()
    else return
  }
}

function isOfLiteral(cursor: TokenCursor): boolean {
  const token = cursor.peek()
  switch (token?.type) {
    case 'string':
      return token.isClosed
    case 'number':
      return true
    case 'word':
      // A type before its text, as in DATE '2024-01-01'.
      return WORDS.has(cursor.word()) || cursor.peek(1)?.type === 'string'
    case 'operator':
      return SIGNS.has(token.text)
    case 'punctuation':
      return PUNCTUATION.has(token.text)
    default:
      return false
  }
}
