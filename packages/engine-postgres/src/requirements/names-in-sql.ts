import { type Token, tokenize } from '@pgark/pg-sql'

/** Words behind which the roles of a grant, a policy, a user mapping or default privileges stand. */
const beforeRole = /^(TO|FROM|FOR ROLE|MAPPING FOR|SESSION AUTHORIZATION)$/
const isName = (token: Token | undefined) => token?.type === 'word' || token?.type === 'quoted-identifier'
const unquoted = ({ text }: Token) => (text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text)

/** Everybody, whom pg_dump writes as `PUBLIC` in a grant, but like a role in a user mapping. No role can have that name. */
export const everybody = 'public'
const isRole = (token: Token) => token.text !== 'PUBLIC' && unquoted(token) !== everybody

/** Every role that statements of pg_dump's name outside of brackets. */
export function rolesIn(sql: string): string[] {
  const tokens = tokensOf(sql)
  const roles: string[] = []
  let depth = 0
  for (const [at, token] of tokens.entries()) {
    if (token.text === '(') depth += 1
    if (token.text === ')') depth -= 1
    if (depth > 0 || token.type !== 'word') continue
    const phrase = `${tokens[at - 1]?.text ?? ''} ${token.text}`
    if (!beforeRole.test(token.text) && !beforeRole.test(phrase)) continue
    for (let next = at + 1; isName(tokens[next]); next += 2) {
      const role = tokens[next]
      if (role && isRole(role)) roles.push(unquoted(role))
      if (tokens[next + 1]?.text !== ',') break
    }
  }
  return roles
}

/** Every collation that a definition names; those of the system may stand there without their schema. */
export function collationsIn(sql: string): { schema: string; name: string }[] {
  if (!/collate/i.test(sql)) return []
  const tokens = tokensOf(sql)
  return tokens.flatMap((token, at) => {
    const [first, dot, second] = tokens.slice(at + 1, at + 4)
    if (token.type !== 'word' || token.text.toUpperCase() !== 'COLLATE' || !first || !isName(first)) return []
    return dot?.text === '.' && second && isName(second)
      ? [{ schema: unquoted(first), name: unquoted(second) }]
      : [{ schema: 'pg_catalog', name: unquoted(first) }]
  })
}

const tokensOf = (sql: string) => [...tokenize(sql)].filter(({ type }) => type !== 'comment')
