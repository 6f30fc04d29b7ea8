const NUL = '\u0000'

/**
 * A name as a quoted identifier: always quoted, so that keywords, capitals and any other character are safe.
 *
 * Throws a TypeError for an empty name or one with a NUL character; PostgreSQL has neither.
 */
export function quoteIdentifier(name: string): string {
  if (name === '') throw new TypeError('Expected `name` to be an identifier, got an empty string')
  if (name.includes(NUL)) throw new TypeError('Expected `name` to be an identifier, got a string with a NUL character')
  return `"${name.replaceAll('"', '""')}"`
}

/**
 * A text as a string literal, written as PostgreSQL's own `quote_literal()` does: a text with a backslash becomes
 * `E'…'`, so the result means the same whether `standard_conforming_strings` is on or off.
 *
 * Throws a TypeError for a text with a NUL character, which PostgreSQL cannot store.
 */
export function quoteLiteral(text: string): string {
  if (text.includes(NUL)) throw new TypeError('Expected `text` to be storable, got a string with a NUL character')
  const quoted = `'${text.replaceAll("'", "''")}'`
  return text.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted
}
