import { wholeText } from '../tokens/token-cursor.ts'
import { summarize } from './summarize.ts'

const SETTING = 'standard_conforming_strings'
/** No statement that sets one parameter is longer. */
const LONGEST_SET = 1024
/** What PostgreSQL's parse_bool reads as false: any unambiguous beginning of these words. */
const OFF = /^(?:f|fa|fal|fals|false|n|no|of|off|0)$/i

/** What `standard_conforming_strings` is after a statement that begins with `command`; undefined if it stays as it was. */
export function standardStringsAfter(command: string, sql: Uint8Array): boolean | undefined {
  if (command !== 'set' && command !== 'select' && command !== 'reset') return undefined
  if (sql.length > LONGEST_SET) return undefined
  const text = wholeText(sql).toLowerCase()
  if (command !== 'reset' && !text.includes(SETTING)) return undefined
  const { setting, value } = summarize(text)
  // RESET, RESET ALL and DEFAULT go back to what the server begins with, which is on since 9.1.
  if (command === 'reset') return setting === SETTING || setting === 'all' ? true : undefined
  if (setting !== SETTING || value === undefined) return undefined
  return !OFF.test(value)
}
