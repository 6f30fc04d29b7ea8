import type { Token } from '../../tokens/token.ts'
import { fold } from './mentions.ts'

/** The name that a token spells; undefined where only the parser can tell: a literal, or `U&"…"`. */
export function writtenName({ type, text }: Token): string | undefined {
  if (type === 'word') return fold(text)
  return type === 'quoted-identifier' && text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : undefined
}
