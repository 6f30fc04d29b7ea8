import { didYouMean, type PgarkErrorLike, type TableInfo } from '@pgark/core'
import { quoteIdentifier, type Token, tokenize } from '@pgark/pg-sql'
import pg from 'pg'
import type { Relation } from '../catalogue/relations.ts'
import { isConnectionLost, safeMessage, sqlstate } from '../connection/database-error.ts'
import { nameOfToken } from './token-name.ts'
import { wrongFilter } from './wrong-filter.ts'

/** Not the filter's fault: the run is cancelled, the server is full or broken. */
const isElsewhere = /^(40|53|57|58|XX)/
const undefinedTable = '42P01'
const undefinedColumn = '42703'
const undefinedFunction = '42883'

/** What a filter may name. */
export interface Names {
  readonly table: TableInfo
  readonly relations: readonly Relation[]
  /** The schemas, other than those that are looked into, that have a function of that name. */
  functionSchemas(name: string): Promise<readonly string[]>
}

/**
 * What the server has against a statement with values in it, in words that quote none of them. Throws the error itself where that
 * speaks of the connection or the server.
 */
export async function serverRefusal(error: unknown, statement: string, names: Names): Promise<PgarkErrorLike> {
  if (!(error instanceof pg.DatabaseError) || isConnectionLost(error) || isElsewhere.test(sqlstate(error))) throw error
  const state = sqlstate(error)
  const at = error.position === undefined ? [] : tokensAt(statement, Number(error.position))
  const [token] = at
  if (state === '42601' && token) {
    const what = isSafe(token) ? token.text : 'a value or literal'
    return wrongFilter(
      `The server finds a syntax error at ${what} (${state}).`,
      isSafe(token) ? undefined : 'a list of values stands as = ANY (…)',
    )
  }
  if (/^22/.test(state) || (token && !isSafe(token))) {
    return wrongFilter(
      `A value or literal is not accepted for what it stands for (SQLSTATE ${state}).`,
      'compare its type with that of the column',
    )
  }
  const hint = await nameHint(state, at, names)
  return wrongFilter(`The server says: ${safeMessage(error, { statement: '' })}.`, hint)
}

const isSafe = ({ type }: Token) => type !== 'string' && type !== 'number'

/** The tokens that begin at a position of the server's, which counts characters from 1. */
function tokensAt(statement: string, position: number): Token[] {
  let start = 0
  for (let left = position - 1; left > 0; left--) start += (statement.codePointAt(start) ?? 0) > 0xffff ? 2 : 1
  return [...tokenize(statement.slice(start, start + 1000))].filter(({ type }) => type !== 'comment')
}

async function nameHint(state: string, tokens: readonly Token[], names: Names): Promise<string | undefined> {
  const parts = nameIn(tokens)
  const name = parts.at(-1)
  if (name === undefined) return undefined
  if (state === undefinedColumn) {
    return didYouMean(
      name,
      names.table.columns.map((column) => column.name),
    )
  }
  if (state === undefinedTable) {
    const others = names.relations.filter((relation) => relation.name === name)
    if (parts.length === 1 && others.length > 0)
      return qualify(
        others.map(({ schema }) => schema),
        name,
      )
    return didYouMean(
      parts.join('.'),
      names.relations.flatMap((one) => [`${one.schema}.${one.name}`, one.name]),
    )
  }
  if (state !== undefinedFunction || parts.length > 1) return undefined
  const schemas = await names.functionSchemas(name)
  return schemas.length > 0 ? qualify(schemas, name) : undefined
}

/** A name, as the server stores it, that the tokens begin with. */
function nameIn(tokens: readonly Token[]): string[] {
  const parts: string[] = []
  for (let at = 0; at < tokens.length; at += 2) {
    const part = nameOfToken(tokens[at])
    if (part === undefined) break
    parts.push(part)
    if (tokens[at + 1]?.text !== '.') break
  }
  return parts
}

const qualify = (schemas: readonly string[], name: string) =>
  `write ${schemas.map((schema) => `${quoted(schema)}.${quoted(name)}`).join(' or ')}`

const quoted = (name: string) => (/^[a-z_][a-z0-9_$]*$/.test(name) ? name : quoteIdentifier(name))
