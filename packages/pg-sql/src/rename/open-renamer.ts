import { candidatesOf } from './marks/candidates.ts'
import { Mark } from './marks/mark.ts'
import { markSql } from './marks/marked-sql.ts'
import { Mentions } from './marks/mentions.ts'
import { isOfParser, loadParser, type Parser, parseGiven } from './parser/parser.ts'
import { isSameTree } from './parser/same-tree.ts'
import { isNode, type TreeNode } from './parser/tree.ts'
import type { RenamedSql, RenamePlan } from './plan.ts'
import { SqlRenameError } from './rename-error.ts'
import { rules } from './rules/rules.ts'
import { splice } from './splice.ts'
import { Walk, type WalkContext } from './walk.ts'

/** Renames by one plan. */
export interface Renamer {
  /**
   * Renames in the definition of an object, one or several statements as pg_dump writes them (names qualified,
   * `standard_conforming_strings` on). Nothing but the names and literals that change is touched, and the outcome is proved:
   * PostgreSQL's parser finds the same in it as in the original, but for those names. Synchronous.
   *
   * Throws an `SqlRenameError` where a name cannot be decided, the parser refuses the SQL, or the proof fails.
   */
  rename(sql: string): RenamedSql
}

/** Loads PostgreSQL's parser, once for all renamers. */
export async function openRenamer(plan: RenamePlan): Promise<Renamer> {
  const parser = await loadParser()
  const mentions = new Mentions(plan.words)
  const context: WalkContext = { plan, rules, mentions, rename: (sql) => rename(sql, context, parser).sql }
  return { rename: (sql) => rename(sql, context, parser) }
}

function rename(sql: string, context: WalkContext, parser: Parser): RenamedSql {
  try {
    return renameProved(sql, context, parser)
  } catch (cause) {
    // Trees are walked recursively, and read as JSON.
    if (cause instanceof RangeError || isOfParser(cause)) {
      throw new SqlRenameError('Too long or nested too deeply to be renamed', 0, { cause })
    }
    throw cause
  }
}

function renameProved(sql: string, context: WalkContext, parser: Parser): RenamedSql {
  const unchanged: RenamedSql = { sql, edits: 0, notes: [] }
  if (!context.mentions.mayBeIn(sql)) return unchanged
  const { tokens, candidates } = candidatesOf(sql, context.plan.words, context.mentions)
  if (candidates.length === 0) return unchanged
  const { statements, marks } = markSql(parser, sql, parseGiven(parser, sql), candidates)
  const walk = new Walk(context)
  for (const statement of statements) decide(statement, walk)
  for (const mark of marks) if (mark.outcome === undefined) throw mark.error('stands where nothing is known about it')
  const edits = marks.filter(({ isChanged }) => isChanged).length
  if (edits === 0) return { ...unchanged, notes: walk.notes }
  const result = splice(sql, tokens, marks, parser)
  for (const correct of walk.corrections) correct()
  prove(statements, result, parser)
  return { sql: result, edits, notes: walk.notes }
}

function decide(statement: TreeNode, walk: Walk): void {
  for (const [type, node] of Object.entries(statement)) if (isNode(node)) walk.visit(type, node, 'RawStmt.stmt')
}

/** The outcome must mean what the marked tree means with every mark decided. */
function prove(expected: TreeNode[], result: string, parser: Parser): void {
  try {
    const isAsDecided = isSameTree(expected, parser.parse(result), (was, is) =>
      was instanceof Mark ? was.outcome === is : was === is,
    )
    if (isAsDecided) return
  } catch (cause) {
    throw new SqlRenameError('The renamed SQL is refused by the parser', 0, { cause })
  }
  throw new SqlRenameError('The renamed SQL means something else than the original', 0)
}
