import { Nesting } from '../lexical/nesting.ts'
import { wholeText } from '../tokens/token-cursor.ts'
import { type TokenizeOptions, tokenize } from '../tokens/tokenize.ts'

export interface BackslashScan {
  /** Where the first one stands: a byte offset in bytes, UTF-16 units in a string. Undefined if there is none. */
  readonly backslashAt: number | undefined
  /**
   * Whether a statement on the next line would be read as a part of this text: it ends inside a literal, quoted
   * identifier, block comment, parentheses or routine body, or before a statement's semicolon. Also true for a text with
   * a number like `1E-`, which no server takes: psql before 15 ends it elsewhere, and may read what follows otherwise.
   */
  readonly endsOpen: boolean
}

/**
 * Looks for what psql would take for a meta-command: a backslash outside literals, quoted identifiers, dollar quotes
 * and comments. The text is read as standing by itself, outside COPY data; data below a COPY statement is not known.
 */
export function scanForBackslash(sql: Uint8Array | string, options?: TokenizeOptions): BackslashScan {
  const text = wholeText(sql)
  const nesting = new Nesting()
  let backslashAt: number | undefined
  let endsOpen = false
  let isDisputed = false
  let from = 0
  while (from < text.length) {
    let next = text.length
    for (const token of tokenize(from === 0 ? text : text.slice(from), options)) {
      const code = token.type === 'punctuation' ? token.text : ''
      if (code === '\\') {
        backslashAt ??= from + token.start
        // psql takes the rest of the line for the command and its arguments.
        const lineEnd = text.indexOf('\n', from + token.start)
        next = lineEnd === -1 ? text.length : lineEnd
        break
      }
      if (token.type === 'comment') {
        if (!token.isClosed) endsOpen = true
        continue
      }
      // The N of N'…' is no word to psql.
      if (token.type === 'word' && !(text[from + token.end] === "'" && /^n$/i.test(token.text))) {
        nesting.word(token.text.toLowerCase())
      } else if (code === '(') nesting.open()
      else if (code === ')') nesting.close()
      if (token.type === 'number' && /[-+]$/.test(token.text)) isDisputed = true
      endsOpen = code !== ';' || !nesting.isTop
      if (!endsOpen) nesting.reset()
    }
    from = next
  }
  return { backslashAt, endsOpen: endsOpen || isDisputed }
}
