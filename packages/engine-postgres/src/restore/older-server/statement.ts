import { type Token, tokenize } from '@pgark/pg-sql'

/** A statement as pg_dump writes it: keywords in capitals, names in lower case or quoted. */
export interface Statement {
  readonly sql: string
  /** Without comments. */
  readonly tokens: readonly Token[]
}

export const statementOf = (sql: string): Statement => ({
  sql,
  tokens: [...tokenize(sql)].filter(({ type }) => type !== 'comment'),
})

/** In them a semicolon does not always end the statement, and an entry has one. */
const one = /^\s*CREATE (FUNCTION|PROCEDURE|RULE)\b/

/** A definition cut behind each of its statements; put together again they are the same text. */
export function statementsIn(definition: string): string[] {
  const first = definition.indexOf(';')
  if (first === -1 || !definition.slice(first + 1).trim() || one.test(definition)) return [definition]
  const ends = [...tokenize(definition)].filter(({ text }) => text === ';').map(({ end }) => end)
  const starts = [0, ...ends]
  return starts.map((start, at) => definition.slice(start, ends[at])).filter((text) => text !== '')
}

/** Whether these words, or signs, stand there. */
export const says = (tokens: readonly Token[], at: number, ...words: readonly string[]) =>
  words.every((word, next) => tokens[at + next]?.text === word)

/** Where they stand first, or -1. */
export const placeOf = ({ tokens }: Statement, ...words: readonly string[]) =>
  tokens.findIndex((_, at) => says(tokens, at, ...words))

/** The bracket that closes the one at a place. */
export function closing(tokens: readonly Token[], open: number): number {
  let depth = 0
  for (let at = open; at < tokens.length; at += 1) {
    if (tokens[at]?.text === '(') depth += 1
    if (tokens[at]?.text === ')') depth -= 1
    if (depth === 0) return at
  }
  return tokens.length
}

/** The name that begins at a place, without quotes, which are not always there, and the place behind it. */
export function nameAt(tokens: readonly Token[], at: number): { name: string; next: number } {
  let name = unquoted(tokens[at])
  let next = at + 1
  for (; tokens[next]?.text === '.'; next += 2) name += `.${unquoted(tokens[next + 1])}`
  return { name, next }
}

const unquoted = ({ text } = { text: '' }) => (text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text)

/** What stands between two brackets, by its commas: the places of the first token of each part and behind its last. */
export function partsIn(tokens: readonly Token[], open: number): { from: number; to: number }[] {
  const parts: { from: number; to: number }[] = []
  const end = closing(tokens, open)
  let from = open + 1
  for (let at = open + 1; at <= end; at += 1) {
    if (at < end && tokens[at]?.text === '(') at = closing(tokens, at)
    else if (at === end || tokens[at]?.text === ',') {
      if (at > from) parts.push({ from, to: at })
      from = at + 1
    }
  }
  return parts
}

/** The text of some tokens, as it stands there. */
export const textOf = ({ sql, tokens }: Statement, from: number, to: number) =>
  sql.slice(tokens[from]?.start, tokens[to - 1]?.end)

/** The statement with other text in place of some tokens. */
export const replaced = ({ sql, tokens }: Statement, from: number, to: number, text: string) =>
  sql.slice(0, tokens[from]?.start) + text + sql.slice(tokens[to - 1]?.end)

/** The statement with other parts between two brackets. */
export const withParts = (statement: Statement, open: number, parts: readonly string[], separator = ', ') =>
  replaced(statement, open, closing(statement.tokens, open) + 1, `(${parts.join(separator)})`)
