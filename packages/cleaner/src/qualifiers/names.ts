import { type Token, tokenize } from '@pgark/pg-sql'

/** A name as it is stored. */
export interface QualifiedName {
  readonly schema: string | undefined
  readonly name: string
}

/** The tokens of SQL that mean something. */
export const tokensOf = (sql: string): Token[] => [...tokenize(sql)].filter(({ type }) => type !== 'comment')

/** An unquoted word in capitals; '' for anything else. */
export const wordAt = (tokens: readonly Token[], at: number): string => {
  const token = tokens[at]
  return token?.type === 'word' ? token.text.toUpperCase() : ''
}

/** The name that begins at a token: of its last part and the one before; undefined where none does. */
export function nameAt(tokens: readonly Token[], at: number): QualifiedName | undefined {
  const parts: string[] = []
  for (let index = at; ; index += 2) {
    const part = partOf(tokens[index])
    if (part === undefined) return undefined
    parts.push(part)
    if (tokens[index + 1]?.text !== '.') break
  }
  return { schema: parts.at(-2), name: parts.at(-1) ?? '' }
}

function partOf(token: Token | undefined): string | undefined {
  if (token?.type === 'word') return token.text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase())
  if (token?.type === 'quoted-identifier') return token.text.slice(1, -1).replaceAll('""', '"')
  return token?.type === 'operator' ? token.text : undefined
}
