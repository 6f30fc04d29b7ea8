import type { SqlErrorDetails } from 'libpg-query'
import { SqlRenameError } from '../rename-error.ts'
import { itemsOf, nodeOf, type Tree, type TreeNode } from './tree.ts'

/** PostgreSQL's own parser, compiled to WASM. */
export interface Parser {
  /** The trees of the statements, each as `{ [type]: node }`. Throws what the grammar says. */
  parse(sql: string): TreeNode[]
  /** Whether a word is one of the grammar's, so that it is a name only in quotes (as pg_dump quotes: all but unreserved ones). */
  isKeyword(word: string): boolean
}

let loading: Promise<Parser> | undefined

export function loadParser(): Promise<Parser> {
  loading ??= load()
  return loading
}

async function load(): Promise<Parser> {
  const { loadModule, parseSync, scanSync } = await import('libpg-query')
  await loadModule()
  return {
    parse(sql) {
      const { stmts }: { stmts?: unknown } = parseSync(sql)
      return itemsOf(stmts as Tree[] | undefined).map((statement) => nodeOf(nodeOf(statement).stmt))
    },
    isKeyword(word) {
      const kind = scanSync(word).tokens[0]?.keywordName
      return kind !== 'NO_KEYWORD' && kind !== 'UNRESERVED_KEYWORD'
    },
  }
}

/** Parses SQL as it was given. Throws an SqlRenameError where the grammar refuses it. */
export function parseGiven(parser: Parser, sql: string): TreeNode[] {
  const nul = sql.indexOf('\0')
  if (nul !== -1) throw new SqlRenameError('A NUL character, which SQL cannot have', nul)
  if (!sql.isWellFormed()) throw new SqlRenameError('Half a surrogate pair, which no encoding can have', 0)
  try {
    return parser.parse(sql)
  } catch (cause) {
    throw new SqlRenameError(`PostgreSQL's parser refuses the SQL`, refusedAt(cause, sql), { cause })
  }
}

/**
 * Parses SQL in which markers stand for words. Undefined where the grammar refuses it: one of them was no name. Whatever else goes
 * wrong says nothing about words, and is thrown.
 */
export function parseUnlessRefused(parser: Parser, sql: string): TreeNode[] | undefined {
  try {
    return parser.parse(sql)
  } catch (cause) {
    if (/^(?:scan\.l|gram\.y)$/.test(detailsOf(cause).fileName ?? '')) return undefined
    throw cause
  }
}

/** Whether the parser threw this. */
export const isOfParser = (cause: unknown): boolean => cause instanceof Error && 'sqlDetails' in cause

function detailsOf(cause: unknown): Partial<SqlErrorDetails> {
  const details = cause instanceof Error && 'sqlDetails' in cause ? cause.sqlDetails : undefined
  return typeof details === 'object' && details !== null ? details : {}
}

/** The parser counts characters. */
function refusedAt(cause: unknown, sql: string): number {
  return Array.from(sql)
    .slice(0, detailsOf(cause).cursorPosition ?? 0)
    .join('').length
}
