import { itemsOf, nameParts, nodeOf, type Tree, type TreeNode, textOf, unwrap } from '../parser/tree.ts'
import type { NodeRule, OwnObject, SlotRule, Walk } from '../walk.ts'
import { decideNameList, decideOwnName } from './names.ts'

/** Visits a node whose names without a schema belong to the table in this field of it. */
export const ownedBy =
  (type: string, field: string): NodeRule =>
  (node, walk) => {
    const given = node[field]
    const relation = Array.isArray(given) ? unwrap(given[0], 'RangeVar') : given
    walk.withOwn(ownRelation(nodeOf(relation)), () => walk.visitFields(type, node))
  }

function ownRelation({ schemaname, relname }: TreeNode): OwnObject | undefined {
  return schemaname === undefined ? undefined : { kind: 'relation', schema: textOf(schemaname), name: textOf(relname) }
}

/** In the body of a function, its parameters are also called `function.parameter`. */
export const createFunction: NodeRule = (node, walk) => {
  const [schema, name] = nameParts(node.funcname).map(textOf)
  const own = schema !== undefined && name !== undefined ? ({ kind: 'function', schema, name } as const) : undefined
  walk.withOwn(own, () => walk.visitFields('CreateFunctionStmt', node))
}

/** Rules and triggers know their table's rows only as OLD and NEW. */
export const withOldAndNew =
  (type: string): NodeRule =>
  (node, walk) =>
    walk.withOwn(undefined, () => walk.within(new Set(['old', 'new']), () => walk.visitFields(type, node)))

export const ownName: SlotRule = (value, _node, walk) => decideOwnName(walk, value, walk.own?.schema)

const indexConstraints = new Set(['CONSTR_PRIMARY', 'CONSTR_UNIQUE', 'CONSTR_EXCLUSION'])

/** A constraint that stands on an index shares its name; others have names of their own. */
export const constraintName: SlotRule = (value, node, walk) => {
  if (indexConstraints.has(textOf(node.contype))) decideOwnName(walk, value, walk.own?.schema)
  else walk.keep(value)
}

const constraintCommands = new Set(['AT_DropConstraint', 'AT_ValidateConstraint'])

export const alteredName: SlotRule = (value, node, walk) => {
  const command = textOf(node.subtype)
  if (command === 'AT_ClusterOn' || (constraintCommands.has(command) && isOwnIndex(walk, value)))
    decideOwnName(walk, value, walk.own?.schema)
  else walk.keep(value)
}

const isOwnIndex = ({ own, plan }: Walk, constraint: Tree): boolean =>
  own !== undefined && plan.isIndexConstraint(own.schema, own.name, textOf(constraint))

/** `EXCLUDE USING gist (room WITH =, …)`. */
export const exclusions: SlotRule = (value, _node, walk) => {
  for (const item of itemsOf(value)) {
    const [element, operator] = itemsOf(unwrap(item, 'List')?.items)
    walk.visitWrapped(element, 'Constraint.exclusions')
    decideNameList(walk, 'operator', unwrap(operator, 'List')?.items)
  }
}
