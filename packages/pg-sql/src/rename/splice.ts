import { quoteIdentifier, quoteLiteral } from '../quote.ts'
import type { Token } from '../tokens/token.ts'
import type { Mark } from './marks/mark.ts'
import type { Parser } from './parser/parser.ts'

/** The SQL with what its marks have become; every other character stays. */
export function splice(sql: string, tokens: readonly Token[], marks: readonly Mark[], parser: Parser): string {
  const places = new Map(tokens.map((token, index) => [token, index]))
  let text = ''
  let end = 0
  for (const mark of marks) {
    if (!mark.isChanged) continue
    text += sql.slice(end, mark.token.start) + written(mark, parser)
    end = mark.outcome === null ? behindDot(tokens, places.get(mark.token) ?? 0, mark) : mark.token.end
  }
  return text + sql.slice(end)
}

function written({ outcome, isLiteral, alias, token }: Mark, parser: Parser): string {
  if (typeof outcome !== 'string') return ''
  if (isLiteral) return token.text.startsWith("'") ? `'${outcome.replaceAll("'", "''")}'` : quoteLiteral(outcome)
  return identifier(outcome, parser) + (alias === undefined ? '' : ` AS ${identifier(alias, parser)}`)
}

/** Quoted only where it has to be, as pg_dump writes it. */
function identifier(name: string, parser: Parser): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !parser.isKeyword(name) ? name : quoteIdentifier(name)
}

function behindDot(tokens: readonly Token[], at: number, mark: Mark): number {
  const [dot, name] = tokens.slice(at + 1, at + 3)
  if (dot?.text !== '.' || name === undefined) throw mark.error('cannot be taken away: no dot follows')
  return name.start
}
