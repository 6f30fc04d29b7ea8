import type { TokenCursor } from '../../tokens/token-cursor.ts'

/** Whether nothing comes but a semicolon. */
export function isEnd(cursor: TokenCursor): boolean {
  cursor.takePunctuation(';')
  return cursor.peek() === undefined
}

/** Steps to a word outside parentheses; false when there is none. */
export function skipTo(cursor: TokenCursor, word: string): boolean {
  for (let depth = 0; cursor.peek() !== undefined; cursor.next()) {
    if (depth === 0 && cursor.word() === word) return true
    depth += depthOf(cursor)
  }
  return false
}

/** Steps to a comma outside parentheses, or to the end. */
export function skipToComma(cursor: TokenCursor): void {
  for (let depth = 0; ; cursor.next()) {
    const token = cursor.peek()
    if (token === undefined || (depth === 0 && token.text === ',')) return
    depth += depthOf(cursor)
  }
}

/** Steps to the end; whether these are the last words. */
export function endsWith(cursor: TokenCursor, ...words: readonly string[]): boolean {
  const last: string[] = []
  while (!isEnd(cursor)) {
    last.push(cursor.word())
    if (last.length > words.length) last.shift()
    cursor.next()
  }
  return last.join(' ') === words.join(' ')
}

/** By how much the next token goes into parentheses. */
export function depthOf(cursor: TokenCursor): number {
  const token = cursor.peek()
  if (token?.type !== 'punctuation') return 0
  return token.text === '(' ? 1 : token.text === ')' ? -1 : 0
}
