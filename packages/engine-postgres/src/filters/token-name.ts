import type { Token } from '@pgark/pg-sql'

/** The name that a token is, as the server stores it; undefined where it is none. */
export function nameOfToken(token: Token | undefined): string | undefined {
  if (token?.type === 'word') return token.text.toLowerCase()
  return token?.type === 'quoted-identifier' ? token.text.slice(1, -1).replaceAll('""', '"') : undefined
}
