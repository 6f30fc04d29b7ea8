import { Mark } from '../marks/mark.ts'
import { isNode, itemsOf, nameParts, nodeOf, type Tree, type TreeNode, textOf } from '../parser/tree.ts'
import type { NameKind } from '../plan.ts'
import type { NodeRule, SlotRule, Walk } from '../walk.ts'
import { decideName, decideNameList, refuseMarks, renamePart, takeAway } from './names.ts'

/** Where a query reads or writes a relation, and goes on to call it by its name. */
const inQuery = new Set([
  'SelectStmt.fromClause',
  'UpdateStmt.fromClause',
  'DeleteStmt.usingClause',
  'MergeStmt.sourceRelation',
  'JoinExpr.larg',
  'JoinExpr.rarg',
  'RangeTableSample.relation',
  'InsertStmt.relation',
  'UpdateStmt.relation',
  'DeleteStmt.relation',
  'MergeStmt.relation',
])

/** What stands for a table that a query reads under its own name, so that `schema.table.column` is told from a mere alias. */
export const qualifiedEntry = (schema: string, name: string): string => `${schema}\0${name}`
/** What stands for a common table expression: it hides tables of its name that have no schema. */
export const hidingEntry = (name: string): string => `\0${name}`

export const rangeVar: NodeRule = (node, walk, slot) => decideRelation('relation', node, walk, inQuery.has(slot))

/** A composite type is defined and altered like a table. */
export const typeAsRelation: SlotRule = (value, _node, walk) => {
  decideRelation('type', nodeOf(value), walk, false)
}

export const alteredRelation: SlotRule = (value, node, walk) => {
  const kind = node.objtype === 'OBJECT_TYPE' ? 'type' : 'relation'
  decideRelation(kind, nodeOf(value), walk, false)
}

function decideRelation(kind: NameKind, node: TreeNode, walk: Walk, isInQuery: boolean): void {
  const { schemaname: schema, relname: name = '' } = node
  walk.keep(node.catalogname)
  if (isNode(node.alias)) walk.visit('Alias', node.alias, 'RangeVar.alias')
  if (schema === undefined) {
    walk.keep(name)
    return
  }
  const old = textOf(name)
  const to = decideName(walk, kind, schema, name, () => void delete node.schemaname)
  if (to?.schema === undefined && to && walk.isInScope(hidingEntry(to.name))) {
    refuseMarks([schema], `cannot be taken away: a common table expression is called ${to.name} too`)
  }
  if (isInQuery && to && to.name !== old && node.alias === undefined) addAlias(walk, node, name, old)
}

/** Its columns and rows are called by the table's name all over the query. */
function addAlias(walk: Walk, node: TreeNode, name: Tree, old: string): void {
  if (name instanceof Mark) name.alias = old
  walk.corrections.push(() => {
    node.alias = { aliasname: old }
  })
}

/**
 * `column`, `table.column` or `schema.table.column`. A table that a query reads keeps its name within that query; one that none
 * reads is the statement's own, or its function, whose parameters are called so.
 */
export const columnRef: NodeRule = (node, walk) => {
  const fields = itemsOf(node.fields)
  const [first, second, ...more] = nameParts(fields.slice(0, -1))
  walk.keep(fields.at(-1))
  if (first === undefined) return
  if (second === undefined) decideTable(walk, first)
  else if (more.length === 0) decideQualifiedTable(walk, fields, first, second)
  else refuseMarks([first, second, ...more], 'is part of a name with a database')
}

function decideTable(walk: Walk, table: Tree): void {
  const { own, plan } = walk
  if (own === undefined || textOf(table) !== own.name || walk.isInScope(own.name)) {
    walk.keep(table)
    return
  }
  const to = plan.object(own.kind, own.schema, own.name)?.name ?? own.name
  if (walk.isInScope(to)) refuseMarks([table], `cannot become ${to}: the query calls something else so`)
  renamePart(table, to)
}

function decideQualifiedTable(walk: Walk, fields: Tree[], schema: Tree, table: Tree): void {
  const name = textOf(table)
  const to = walk.plan.object('relation', textOf(schema), name)
  const isRead = walk.isInScope(qualifiedEntry(textOf(schema), name))
  const unqualify = () => {
    fields.shift()
  }
  if (isRead && to && (to.schema === undefined || to.name !== name)) {
    if (!walk.scopeOf(name)?.has(qualifiedEntry(textOf(schema), name))) {
      refuseMarks([schema], `cannot be taken away: the query calls something else ${name} too`)
    }
    // What a query reads keeps its name there, if need be as an alias.
    walk.keep(table)
    takeAway(walk, schema, unqualify)
  } else if (!to && walk.own?.kind === 'function') {
    // function.parameter.field
    decideTable(walk, schema)
    walk.keep(table)
  } else decideName(walk, 'relation', schema, table, unqualify)
}

/** A type's name; `table.column%TYPE` is no such. */
export const typeName: NodeRule = (node, walk) => {
  if (node.pct_type === true) {
    refuseMarks(nameParts(node.names), 'is part of a %TYPE')
  }
  decideNameList(walk, 'type', node.names)
  walk.visitWrapped(node.typmods, 'TypeName.typmods')
}
