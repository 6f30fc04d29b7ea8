import { leadingText, TokenCursor, wholeText } from '../tokens/token-cursor.ts'

/** Where COPY reads from or writes to: the client's connection, a file of the server, or a program run by it. */
export type CopyEndpoint = 'stdin' | 'stdout' | 'file' | 'program'

/**
 * The other side of a COPY statement; undefined for any other statement and for a COPY that has none.
 *
 * As in PostgreSQL the direction decides: `FROM STDOUT` reads from the client, `TO STDIN` writes to it.
 */
export function copyEndpoint(sql: Uint8Array | string): CopyEndpoint | undefined {
  if (!new TokenCursor(leadingText(sql)).take('COPY')) return undefined
  // A column list or a query may be longer than what is enough for any other statement.
  const cursor = new TokenCursor(wholeText(sql))
  cursor.take('COPY')
  const isQuery = cursor.peek()?.text === '('
  for (let depth = 0; ; ) {
    const token = cursor.peek()
    if (token === undefined) return undefined
    if (token.type === 'punctuation') depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0
    else if (depth === 0 && cursor.word() === 'TO') return target(cursor, 'stdout')
    // A query can only be copied to somewhere.
    else if (depth === 0 && cursor.word() === 'FROM' && !isQuery) return target(cursor, 'stdin')
    cursor.next()
  }
}

function target(cursor: TokenCursor, client: 'stdin' | 'stdout'): CopyEndpoint | undefined {
  cursor.next()
  if (cursor.word() === 'STDIN' || cursor.word() === 'STDOUT') return client
  if (cursor.word() === 'PROGRAM') return 'program'
  // N'…' is a word and a string to the scanner.
  const isString = cursor.peek()?.type === 'string' || (cursor.word() === 'N' && cursor.peek(1)?.type === 'string')
  return isString ? 'file' : undefined
}
