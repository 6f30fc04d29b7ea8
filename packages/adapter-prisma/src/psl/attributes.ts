import type { Token } from './tokens.ts'

/** `@map("created_at")`, `@@id([orderId, line], name: "key")`. */
export interface Attribute {
  /** With its at signs: `@@id`, `@db.Uuid`. */
  readonly name: string
  readonly arguments: readonly Argument[]
}

export interface Argument {
  /** Undefined where it has none, as the first one mostly. */
  readonly name: string | undefined
  readonly tokens: readonly Token[]
}

/** The attributes in a line. */
export function attributesOf(line: readonly Token[]): Attribute[] {
  const attributes: Attribute[] = []
  for (let at = 0; at < line.length; at++) {
    if (punctuationAt(line, at) !== '@') continue
    const name = nameAt(line, at)
    const open = at + name.length
    const end = punctuationAt(line, open) === '(' ? closingOf(line, open) : open
    attributes.push({ name: name.join(''), arguments: argumentsOf(line.slice(open + 1, end)) })
    // What stands in its brackets is no attribute of the line.
    at = end > open ? end : open - 1
  }
  return attributes
}

/** The pieces of a name such as `@@map` or `@db.VarChar`. */
function nameAt(line: readonly Token[], start: number): string[] {
  const name: string[] = []
  for (const { kind, text } of line.slice(start)) {
    const previous = name.at(-1)
    const isJoined = previous === undefined || previous === '@' || previous === '.'
    const isPart =
      kind === 'word'
        ? isJoined
        : kind === 'punctuation' && (text === '.' || (text === '@' && previous !== '.' && isJoined))
    if (!isPart) break
    name.push(text)
  }
  return name
}

/** A text stands for a bracket as little as a word does. */
const punctuationAt = (tokens: readonly Token[], at: number) =>
  tokens[at]?.kind === 'punctuation' ? tokens[at]?.text : undefined

function closingOf(line: readonly Token[], start: number): number {
  let depth = 0
  for (let at = start; at < line.length; at++) {
    const text = punctuationAt(line, at)
    if (text === '(' || text === '[') depth += 1
    if ((text === ')' || text === ']') && --depth === 0) return at
  }
  return line.length
}

function argumentsOf(tokens: readonly Token[]): Argument[] {
  const pieces: Token[][] = [[]]
  let depth = 0
  for (const [at, token] of tokens.entries()) {
    const text = punctuationAt(tokens, at)
    if (text === '(' || text === '[' || text === '{') depth += 1
    if (text === ')' || text === ']' || text === '}') depth -= 1
    if (text === ',' && depth === 0) pieces.push([])
    else pieces.at(-1)?.push(token)
  }
  return pieces
    .filter(({ length }) => length > 0)
    .map((piece) =>
      piece[0]?.kind === 'word' && punctuationAt(piece, 1) === ':'
        ? { name: piece[0].text, tokens: piece.slice(2) }
        : { name: undefined, tokens: piece },
    )
}

/** The argument of that name, or the one without a name. */
export const argumentOf = ({ arguments: all }: Attribute, name: string): Argument | undefined =>
  all.find((each) => each.name === name) ?? all.find((each) => each.name === undefined)

/** What an argument says as a text: the name in `@map("orders")`. */
export const textOf = (argument: Argument | undefined): string | undefined =>
  argument?.tokens.find(({ kind }) => kind === 'string')?.text

/** The names in a list of fields, without what stands behind them, as in `[createdAt(sort: Desc), id]`. */
export function namesOf(argument: Argument | undefined): string[] {
  const names: string[] = []
  let depth = 0
  for (const [at, token] of (argument?.tokens ?? []).entries()) {
    const text = punctuationAt(argument?.tokens ?? [], at)
    if (text === '(') depth += 1
    if (text === ')') depth -= 1
    if (token.kind === 'word' && depth === 0) names.push(token.text)
  }
  return names
}
