import { quoteLiteral, type Token, tokenize } from '@pgark/pg-sql'
import type { Template } from './template.ts'
import { valueText } from './value-text.ts'
import { wrongFilter } from './wrong-filter.ts'

// The one place where values become SQL text: COPY takes no bind parameters. A value becomes a quoted literal without a type, which
// the server resolves as it does a parameter. https://www.postgresql.org/docs/current/typeconv.html
// One difference is known: cast to a domain over a type with a length, a literal that is too long is cut, and a parameter refused.

/** A piece of SQL that can stand in parentheses, and what was put into it. */
export interface Inlined {
  readonly sql: string
  /** The values as text, in their order; null is NULL. */
  readonly values: readonly (string | null)[]
}

/**
 * Replaces each `$n` by its value as a literal. The rest stays as it is, and is one piece: parentheses that close what they opened,
 * no second statement, nothing open at the end, so that it means the same wherever it stands.
 *
 * Throws `USAGE.FILTER` where the text is no such piece, or a value cannot be written.
 */
export function inline({ text, values }: Template): Inlined {
  if (text.includes('\0')) throw wrongFilter('Its SQL contains a NUL character.')
  const tokens = [...tokenize(text)]
  checkPiece(tokens)
  const texts = values.map(valueText)
  const pieces: string[] = []
  let at = 0
  for (const { type, start, end, text: name } of tokens) {
    if (type !== 'parameter') continue
    const value = texts[Number(name.slice(1)) - 1] ?? null
    // With a space before it: `u&$1` must not become a literal with escapes.
    pieces.push(text.slice(at, start), ' ', value === null ? 'NULL' : quoteLiteral(value))
    at = end
  }
  pieces.push(text.slice(at))
  // What comes behind must not become part of a comment.
  if (tokens.at(-1)?.type === 'comment') pieces.push('\n')
  return { sql: pieces.join(''), values: texts }
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']' }

function checkPiece(tokens: readonly Token[]): void {
  const open: (string | undefined)[] = []
  let previous: Token | undefined
  for (const token of tokens) {
    const { type, text, isClosed } = token
    if (!isClosed) throw wrongFilter('Its SQL ends within a literal, a quoted name or a comment.')
    if (type === 'comment') continue
    if (isLiteral(previous) && isLiteral(token) && [previous?.type, type].includes('parameter'))
      throw wrongFilter('A value stands directly beside a literal or another value.', 'join them with ||')
    previous = token
    if (type !== 'punctuation') continue
    if (text === ';') throw wrongFilter('It is more than one statement.', 'leave out the semicolon')
    if (closing[text]) open.push(closing[text])
    else if ((text === ')' || text === ']') && open.pop() !== text)
      throw wrongFilter(`Its SQL closes a parenthesis that it did not open: ${text}`)
  }
  if (previous === undefined) throw wrongFilter('Its SQL is empty.')
  if (open.length > 0) throw wrongFilter('Its SQL opens a parenthesis that it does not close.')
}

/** The server joins literals on different lines to one. */
const isLiteral = (token: Token | undefined) => token?.type === 'string' || token?.type === 'parameter'
