import type { Token } from '../../tokens/token.ts'
import { type Parser, parseUnlessRefused } from '../parser/parser.ts'
import { isSameTree } from '../parser/same-tree.ts'
import type { TreeNode } from '../parser/tree.ts'
import { Mark } from './mark.ts'

export interface MarkedSql {
  /** The statements, with marks in the places of names and literals. */
  readonly statements: TreeNode[]
  readonly marks: readonly Mark[]
}

/**
 * Finds out where in the tree each candidate stands: replaced by a marker that is unique, it must give the same tree but for itself.
 * A word that cannot be replaced is grammar, no name, and is left out; a literal or quoted name that cannot is an error.
 */
export function markSql(parser: Parser, sql: string, original: TreeNode[], candidates: readonly Token[]): MarkedSql {
  const prefix = unusedPrefix(sql)
  const attempt = (tokens: readonly Token[]): MarkedSql | undefined => {
    const marks = tokens.map((token) => new Mark(token))
    const statements = parseUnlessRefused(parser, replaced(sql, marks, prefix))
    return statements && places(original, statements, marks, prefix) ? { statements, marks } : undefined
  }
  const markable = (tokens: readonly Token[]): readonly Token[] => {
    const [first] = tokens
    if (first === undefined || attempt(tokens)) return tokens
    if (tokens.length === 1) {
      if (first.type === 'word') return []
      throw new Mark(first).error('could not be told apart from its surroundings')
    }
    const half = tokens.length >> 1
    return [...markable(tokens.slice(0, half)), ...markable(tokens.slice(half))]
  }
  const all = attempt(candidates)
  if (all) return all
  const names = markable(candidates)
  const marked = attempt(names)
  if (!marked) throw new Mark(names[0] as Token).error('could not be told apart from others')
  return marked
}

function unusedPrefix(sql: string): string {
  let number = 0
  while (sql.includes(`pgark${number}mark`)) number++
  return `pgark${number}mark`
}

function replaced(sql: string, marks: readonly Mark[], prefix: string): string {
  let text = ''
  let end = 0
  for (const [index, { token, isLiteral }] of marks.entries()) {
    const quote = isLiteral ? "'" : '"'
    text += sql.slice(end, token.start) + quote + prefix + index + quote
    end = token.end
  }
  return text + sql.slice(end)
}

/**
 * Puts the marks into the marked tree, each with what the original has in its place. False where the trees differ in anything else:
 * then the markers have changed what the SQL means.
 */
function places(original: TreeNode[], marked: TreeNode[], marks: readonly Mark[], prefix: string): boolean {
  const resolve = (text: string): Mark | undefined =>
    text.startsWith(prefix) ? marks[Number(text.slice(prefix.length))] : undefined
  return isSameTree(original, marked, (was, is, replace) => {
    const mark = typeof is === 'string' ? resolve(is) : undefined
    if (mark === undefined) return was === is
    if (typeof was !== 'string' || !mark.place(was)) return false
    replace(mark)
    return true
  })
}
