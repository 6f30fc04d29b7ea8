import { Mark } from '../marks/mark.ts'
import { isNode, nameParts, nodeOf, nodesOf, type Tree, type TreeNode, textOf } from '../parser/tree.ts'
import type { NodeRule } from '../walk.ts'
import { hidingEntry, qualifiedEntry } from './relations.ts'

/** A SELECT, INSERT, UPDATE, DELETE or MERGE: what it reads has a name all over it. */
export const query =
  (type: string): NodeRule =>
  (node, walk) => {
    const target = node.relation === undefined ? [] : [{ RangeVar: node.relation }]
    const sources = [node.fromClause, node.usingClause, node.sourceRelation].flatMap((from) => from ?? [])
    const tables = nodesOf(nodeOf(node.withClause).ctes, 'CommonTableExpr')
    const hiding = tables.map(({ ctename }) => hidingEntry(textOf(ctename)))
    const names = new Set([...rangeNames([...target, ...sources]), ...hiding])
    walk.within(names, () => walk.visitFields(type, node))
  }

function* rangeNames(items: readonly (Tree | undefined)[]): Iterable<string> {
  for (const item of items) for (const [type, node] of Object.entries(nodeOf(item))) yield* namesOf(type, nodeOf(node))
}

function* namesOf(type: string, node: TreeNode): Iterable<string> {
  if (type === 'RangeTableSample') yield* rangeNames([node.relation])
  if (type === 'JoinExpr') yield* rangeNames([{ Join: { alias: node.join_using_alias } }, node.larg, node.rarg])
  if (isNode(node.alias)) yield textOf(node.alias.aliasname)
  else if (type === 'RangeVar') {
    yield textOf(node.relname)
    if (node.schemaname !== undefined) yield qualifiedEntry(textOf(node.schemaname), textOf(node.relname))
  } else if (type === 'RangeFunction') for (const name of functionNames(node)) yield textOf(name)
}

/** What functions are called that a query reads. One without an alias is called so in the query, too. */
const functionNames = ({ functions }: TreeNode): Tree[] =>
  nodesOf(functions, 'List').flatMap(({ items }) =>
    nodesOf(items, 'FuncCall').flatMap(({ funcname }) => nameParts(funcname).slice(-1)),
  )

/** A function without an alias cannot get another name: the query would have to follow it. */
export const rangeFunction: NodeRule = (node, walk) => {
  walk.visitFields('RangeFunction', node)
  if (node.alias !== undefined) return
  for (const name of functionNames(node)) {
    if (name instanceof Mark && name.isChanged) throw name.error('is read by a query without an alias')
  }
}

/** ON CONFLICT: the row that was to be inserted is called `excluded`. */
export const onConflict: NodeRule = (node, walk) =>
  walk.within(new Set(['excluded']), () => walk.visitFields('OnConflictClause', node))
