import { quoteLiteral, type Token, tokenize } from '@pgark/pg-sql'

/**
 * What stands for "now", and the type it has. Each connection that reads rows has a transaction of its own, which begins at another
 * moment: a row could be too old for one of them, and not for the one that looked for what refers to it.
 */
const words: Readonly<Record<string, string>> = {
  current_timestamp: '',
  current_date: '::pg_catalog.date',
  current_time: '::pg_catalog.timetz',
  localtimestamp: '::pg_catalog.timestamp',
  localtime: '::pg_catalog.time',
}
const functions = new Set(['now', 'transaction_timestamp', 'statement_timestamp'])

/** The SQL with one instant wherever it says `now()` or the like. */
export function withOneInstant(sql: string, now: string): string {
  const tokens = [...tokenize(sql)].filter(({ type }) => type !== 'comment')
  const instant = ` ${quoteLiteral(now)}::pg_catalog.timestamptz`
  let result = ''
  let at = 0
  for (const [index, { type, start, text }] of tokens.entries()) {
    if (type !== 'word') continue
    const word = text.toLowerCase()
    const isCall = functions.has(word) && tokens[index + 1]?.text === '(' && tokens[index + 2]?.text === ')'
    if (!isCall && !Object.hasOwn(words, word)) continue
    const qualifier = tokens[index - 1]?.text === '.' ? tokens[index - 2] : undefined
    if (isName(tokens[index - 1], qualifier, isCall)) continue
    result += sql.slice(at, qualifier?.start ?? start) + instant + (words[word] ?? '')
    at = (isCall ? tokens[index + 2] : tokens[index])?.end ?? at
  }
  return result + sql.slice(at)
}

/** Behind a dot or AS it is the name of something else, except for `pg_catalog.now()`. */
function isName(previous: Token | undefined, qualifier: Token | undefined, isCall: boolean): boolean {
  if (previous?.text === '.') return !isCall || !/^"?pg_catalog"?$/i.test(qualifier?.text ?? '')
  return previous?.text.toUpperCase() === 'AS'
}
