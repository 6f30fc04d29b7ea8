import { Mark } from '../marks/mark.ts'
import { isNode, itemsOf, nameParts, type Tree, type TreeNode, textOf, unwrap } from '../parser/tree.ts'
import type { NodeRule } from '../walk.ts'
import { hidingEntry, qualifiedEntry } from './relations.ts'

/** A SELECT, INSERT, UPDATE, DELETE or MERGE: what it reads has a name all over it. */
export const query =
  (type: string): NodeRule =>
  (node, walk) => {
    const target = isNode(node.relation) ? [{ RangeVar: node.relation }] : []
    const sources = [node.fromClause, node.usingClause, node.sourceRelation].flatMap((from) =>
      Array.isArray(from) ? from : from === undefined ? [] : [from],
    )
    const tables = isNode(node.withClause) ? itemsOf(node.withClause.ctes) : []
    const hiding = tables.map((table) => hidingEntry(textOf(unwrap(table, 'CommonTableExpr')?.ctename)))
    const names = new Set([...rangeNames([...target, ...sources]), ...hiding])
    walk.within(names, () => walk.visitFields(type, node))
  }

function* rangeNames(items: readonly Tree[]): Iterable<string> {
  for (const item of items) {
    if (!isNode(item)) continue
    for (const [type, node] of Object.entries(item)) if (isNode(node)) yield* namesOf(type, node)
  }
}

function* namesOf(type: string, node: TreeNode): Iterable<string> {
  if (type === 'RangeTableSample') return yield* rangeNames([node.relation ?? null])
  if (type === 'JoinExpr') {
    if (isNode(node.join_using_alias)) yield textOf(node.join_using_alias.aliasname)
    yield* rangeNames([node.larg ?? null, node.rarg ?? null])
  }
  if (isNode(node.alias)) yield textOf(node.alias.aliasname)
  else if (type === 'RangeVar') {
    yield textOf(node.relname)
    if (node.schemaname !== undefined) yield qualifiedEntry(textOf(node.schemaname), textOf(node.relname))
  } else if (type === 'RangeFunction') yield* functionNames(node)
}

/** A function without an alias is called by its own name. */
function* functionNames(node: TreeNode): Iterable<string> {
  for (const item of itemsOf(node.functions)) {
    const call = unwrap(itemsOf(unwrap(item, 'List')?.items)[0], 'FuncCall')
    const name = nameParts(call?.funcname)?.at(-1)
    if (name !== undefined) yield textOf(name)
  }
}

/** Functions that a query reads: one without an alias cannot get another name, which the query would have to follow. */
export const rangeFunction: NodeRule = (node, walk) => {
  walk.visitFields('RangeFunction', node)
  if (node.alias !== undefined) return
  for (const item of itemsOf(node.functions)) {
    const call = unwrap(itemsOf(unwrap(item, 'List')?.items)[0], 'FuncCall')
    const name = nameParts(call?.funcname)?.at(-1)
    if (name instanceof Mark && name.isChanged) throw name.error('is read by a query without an alias')
  }
}

/** ON CONFLICT: the row that was to be inserted is called `excluded`. */
export const onConflict: NodeRule = (node, walk) =>
  walk.within(new Set(['excluded']), () => walk.visitFields('OnConflictClause', node))
