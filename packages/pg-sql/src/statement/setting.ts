import type { Token } from '../tokens/token.ts'
import type { TokenCursor } from '../tokens/token-cursor.ts'

/** A parameter and, if it is one simple value, what it is set to. */
export interface Setting {
  readonly setting?: string
  readonly value?: string
}

/** SET forms that set a parameter by another name. */
const ALIASES = [
  { words: ['TIME', 'ZONE'], setting: 'timezone' },
  { words: ['SESSION', 'AUTHORIZATION'], setting: 'session_authorization' },
  { words: ['XML', 'OPTION'], setting: 'xmloption' },
  { words: ['NAMES'], setting: 'client_encoding' },
  { words: ['SCHEMA'], setting: 'search_path' },
  { words: ['ROLE'], setting: 'role' },
] as const

/** What follows SET or RESET. */
export function readSetting(cursor: TokenCursor): Setting {
  if (cursor.word() === 'LOCAL' || (cursor.word() === 'SESSION' && !isAuthorization(cursor))) cursor.next()
  if (cursor.word() === 'CHARACTERISTICS' || cursor.word() === 'TRANSACTION' || cursor.word() === 'CONSTRAINTS')
    return {}
  const alias = ALIASES.find(({ words }) => cursor.take(...words))
  const setting = alias?.setting ?? parameterName(cursor.takeName())
  if (setting === undefined) return {}
  if (!cursor.take('TO') && cursor.peek()?.text === '=') cursor.next()
  return withValue(setting, simpleValue(cursor, ';'))
}

/** The arguments of `set_config`, from the opening parenthesis on. */
export function readSetConfig(cursor: TokenCursor): Setting {
  cursor.takePunctuation('(')
  const name = literalText(cursor.peek())
  if (name === undefined) return {}
  cursor.next()
  if (!cursor.takePunctuation(',')) return { setting: name.toLowerCase() }
  // In an expression a word is not a value but something that has one, such as current_user.
  const isLiteral = cursor.peek()?.type === 'string'
  return withValue(name.toLowerCase(), isLiteral ? simpleValue(cursor, ',') : undefined)
}

function isAuthorization(cursor: TokenCursor): boolean {
  return cursor.word(1) === 'AUTHORIZATION'
}

function parameterName(name: string | undefined): string | undefined {
  return name?.replaceAll('"', '').toLowerCase()
}

function withValue(setting: string, value: string | undefined): Setting {
  return value === undefined ? { setting } : { setting, value }
}

function simpleValue(cursor: TokenCursor, end: string): string | undefined {
  const sign = cursor.peek()?.type === 'operator' && cursor.peek()?.text === '-' ? '-' : ''
  const token = cursor.peek(sign.length)
  const behind = cursor.peek(sign.length + 1)
  if (token === undefined || (behind !== undefined && behind.text !== end)) return undefined
  if (token.type === 'string') return sign === '' ? literalText(token) : undefined
  if (token.type === 'quoted-identifier') return token.text.slice(1, -1).replaceAll('""', '"')
  return token.type === 'word' || token.type === 'number' ? sign + token.text : undefined
}

/** The text of a plain literal, or of an escape string that escapes nothing; undefined for anything else. */
function literalText(token: Token | undefined): string | undefined {
  if (token?.type !== 'string' || !token.isClosed) return undefined
  const plain = /^(e?)'(.*)'$/is.exec(token.text)
  if (plain === null || (plain[1] !== '' && token.text.includes('\\'))) return undefined
  return plain[2]?.replaceAll("''", "'")
}
