import { tokenize } from '@pgark/pg-sql'

/**
 * Whether a condition looks at nothing but the row itself, so that the rows of a table can be found in parts. One that reads
 * relations might choose among all rows of the table, by LIMIT or a window, and would do so anew for each part.
 */
export function isPerRow(condition: string): boolean {
  if (!/\b(select|table)\b/i.test(condition)) return true
  let isInSelect = false
  for (const { type, text } of tokenize(condition)) {
    if (type !== 'word') continue
    const word = text.toLowerCase()
    if (word === 'table' || (isInSelect && word === 'from')) return false
    isInSelect ||= word === 'select'
  }
  return true
}
