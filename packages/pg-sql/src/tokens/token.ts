/**
 * - `word`: a keyword or an unquoted name, as written
 * - `quoted-identifier`: `"…"` or `U&"…"`
 * - `string`: a literal of any kind with its prefix and quotes: `'…'`, `E'…'`, `B'…'`, `X'…'`, `U&'…'`, `$tag$…$tag$`
 *   (`N'…'` is a word and a string, as in PostgreSQL's scanner)
 * - `number`: with a word that follows it directly, which PostgreSQL takes for trailing junk
 * - `operator`: one operator, cut where a comment begins in it
 * - `punctuation`: `( ) [ ] , ; . .. : :: :=`, a backslash, and any other character PostgreSQL has no token for
 * - `parameter`: `$1`
 * - `comment`: `-- …` without its line end, or a block comment with all that nests in it
 */
export type TokenType =
  | 'word'
  | 'quoted-identifier'
  | 'string'
  | 'number'
  | 'operator'
  | 'punctuation'
  | 'parameter'
  | 'comment'

/** A token of SQL. Positions are UTF-16 units: `sql.slice(start, end) === text`. */
export interface Token {
  readonly type: TokenType
  readonly text: string
  readonly start: number
  readonly end: number
  /** False for a literal, quoted identifier or block comment in which the text ends. */
  readonly isClosed: boolean
}

export function tokenAt(sql: string, type: TokenType, start: number, end: number, isClosed = true): Token {
  return { type, text: sql.slice(start, end), start, end, isClosed }
}
