import { tokenize } from '@pgark/pg-sql'

/**
 * A statement without its comments. Each leaves a space, or the end of its line, so that nothing grows together. The body of a routine
 * that is SQL and no literal (`BEGIN ATOMIC`) stays as it is.
 */
export function withoutCommentsIn(sql: Uint8Array): Uint8Array {
  // One character for each byte: the encoding need not be known.
  const text = Buffer.from(sql.buffer, sql.byteOffset, sql.byteLength).toString('latin1')
  if (!text.includes('--') && !text.includes('/*')) return sql
  let stripped = ''
  let end = 0
  for (const { type, text: token, start, end: next } of tokenize(text)) {
    if (type === 'word' && token.toUpperCase() === 'ATOMIC') break
    if (type !== 'comment') continue
    stripped += text.slice(end, start) + (token.startsWith('--') ? '' : ' ')
    end = next
  }
  return Buffer.from(stripped + text.slice(end), 'latin1')
}
