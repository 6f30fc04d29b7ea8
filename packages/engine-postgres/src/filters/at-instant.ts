import { type Token, tokenize } from '@pgark/pg-sql'

/** What begins a transaction's time, by its name in lower case, and the type of what it answers. */
const timeFunctions = new Map([
  ['now', 'timestamptz'],
  ['transaction_timestamp', 'timestamptz'],
])
const timeKeywords = new Map([
  ['current_timestamp', 'timestamptz'],
  ['current_time', 'timetz'],
  ['current_date', 'date'],
  ['localtimestamp', 'timestamp'],
  ['localtime', 'time'],
])
const mayNameTime = /\b(now|transaction_timestamp|current_(timestamp|time|date)|localtime(stamp)?)\b/i
/** What answers otherwise whenever it is asked. */
const neverTheSame = /^(random|random_normal|gen_random_uuid|clock_timestamp|statement_timestamp|timeofday|nextval)$/i
const relativeTime = /^'(now|today|tomorrow|yesterday)'$/i

/**
 * A condition in which the time is the snapshot's. Each connection that reads has a transaction, and so a time, of its own: a row on
 * the border would be in one table and not in another. And the same rows are found when the backup is compared later.
 */
export function atInstant(condition: string, time: string): string {
  if (!mayNameTime.test(condition)) return condition
  const tokens = codeOf(condition)
  let result = ''
  let done = 0
  for (const [at, token] of tokens.entries()) {
    const found = timeAt(tokens, at)
    if (!found) continue
    result += `${condition.slice(done, found.start)}CAST(CAST('${time}' AS pg_catalog.timestamptz) AS pg_catalog.${found.type})`
    done = found.end ?? token.end
  }
  return result + condition.slice(done)
}

/** Whether a condition chooses the same rows of the same table whenever it is asked, as far as its words tell. */
export const isRepeatable = (condition: string): boolean =>
  !codeOf(condition).some(
    ({ type, text }) => (type === 'word' && neverTheSame.test(text)) || (type === 'string' && relativeTime.test(text)),
  )

interface NamedTime {
  readonly start: number
  readonly end: number | undefined
  readonly type: string
}

/** A precision, as in `CURRENT_TIMESTAMP(3)`, is the type's. */
function timeAt(tokens: readonly Token[], at: number): NamedTime | undefined {
  const token = tokens[at]
  if (token?.type !== 'word') return undefined
  const [dot, schema] = [tokens[at - 1], tokens[at - 2]]
  const isQualified = dot?.text === '.'
  const word = token.text.toLowerCase()
  const [open, next, close] = tokens.slice(at + 1, at + 4)
  const ofFunction = timeFunctions.get(word)
  if (ofFunction && open?.text === '(' && next?.text === ')') {
    if (isQualified && schema?.text.toLowerCase() !== 'pg_catalog') return undefined
    return { start: (isQualified && schema ? schema : token).start, end: next.end, type: ofFunction }
  }
  const ofKeyword = timeKeywords.get(word)
  if (!ofKeyword || isQualified) return undefined
  if (open?.text === '(' && next?.type === 'number' && close?.text === ')')
    return { start: token.start, end: close.end, type: `${ofKeyword}(${next.text})` }
  return { start: token.start, end: undefined, type: ofKeyword }
}

const codeOf = (sql: string) => [...tokenize(sql)].filter(({ type }) => type !== 'comment')
