import { itemsOf, nameParts, type Tree, type TreeNode, textOf, unwrap } from '../parser/tree.ts'
import type { NameKind } from '../plan.ts'
import type { SlotRule, Walk } from '../walk.ts'
import { decideMemberName, decideNameList, decideOwnName, decideSchema } from './names.ts'

/** What a kind of object is called in the grammar, for COMMENT, DROP, GRANT, OWNER TO and CREATE. */
export const objectKinds: Readonly<Record<string, NameKind>> = {
  OBJECT_TABLE: 'relation',
  OBJECT_VIEW: 'relation',
  OBJECT_MATVIEW: 'relation',
  OBJECT_INDEX: 'relation',
  OBJECT_SEQUENCE: 'relation',
  OBJECT_FOREIGN_TABLE: 'relation',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'type',
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'function',
  OBJECT_ROUTINE: 'function',
  OBJECT_AGGREGATE: 'function',
  OBJECT_OPERATOR: 'operator',
  OBJECT_COLLATION: 'collation',
  OBJECT_CONVERSION: 'conversion',
  OBJECT_OPCLASS: 'operatorClass',
  OBJECT_OPFAMILY: 'operatorFamily',
  OBJECT_STATISTIC_EXT: 'statistics',
  OBJECT_TSCONFIGURATION: 'textSearchConfiguration',
  OBJECT_TSDICTIONARY: 'textSearchDictionary',
  OBJECT_TSPARSER: 'textSearchParser',
  OBJECT_TSTEMPLATE: 'textSearchTemplate',
}

/** What belongs to a relation: its name is that of the relation and its own. */
const members = new Set(['OBJECT_COLUMN', 'OBJECT_TABCONSTRAINT', 'OBJECT_TRIGGER', 'OBJECT_RULE', 'OBJECT_POLICY'])
/** Their name stands behind that of an access method. */
const ofAccessMethods = new Set(['OBJECT_OPCLASS', 'OBJECT_OPFAMILY'])

/** The object of a statement that has a field with the kind of it. */
export const objectIn =
  (kindField: string): SlotRule =>
  (value, node, walk) => {
    const kind = textOf(node[kindField])
    if (Array.isArray(value)) for (const object of value) decideObject(walk, object, kind)
    else decideObject(walk, value, kind)
  }

export const grantObjects: SlotRule = (value, node, walk) => {
  const isAllInSchema = node.targtype === 'ACL_TARGET_ALL_IN_SCHEMA'
  for (const object of itemsOf(value))
    decideObject(walk, object, isAllInSchema ? 'OBJECT_SCHEMA' : textOf(node.objtype))
}

function decideObject(walk: Walk, object: Tree, kind: string): void {
  const single = unwrap(object, 'String')
  const signature = unwrap(object, 'ObjectWithArgs')
  const list = unwrap(object, 'List')?.items
  const nameKind = objectKinds[kind]
  if (single && kind === 'OBJECT_SCHEMA') decideSchema(walk, single.sval)
  else if (single) walk.keep(single)
  else if (members.has(kind)) decideMember(walk, list, kind)
  else if (nameKind === undefined) walk.visitWrapped(object, `object.${kind}`)
  else if (signature) decideSignature(walk, signature, nameKind)
  else if (nameParts(list).length === 0) walk.visitWrapped(object, `object.${kind}`)
  else if (ofAccessMethods.has(kind)) {
    walk.keep(itemsOf(list)[0])
    decideNameList(walk, nameKind, list, 1)
  } else decideNameList(walk, nameKind, list)
}

function decideMember(walk: Walk, list: Tree | undefined, kind: string): void {
  const [schema, table, member] = nameParts(list)
  const isConstraint = kind === 'OBJECT_TABCONSTRAINT'
  if (isConstraint && walk.plan.isIndexConstraint(textOf(schema), textOf(table), textOf(member))) {
    decideOwnName(walk, member, textOf(schema))
  }
  decideMemberName(walk, list)
}

/** The name of a function or operator, and the types of its arguments. */
export function decideSignature(walk: Walk, signature: TreeNode, kind: NameKind): void {
  decideNameList(walk, kind, signature.objname)
  walk.visitWrapped(signature.objargs, 'ObjectWithArgs.objargs')
  walk.visitWrapped(signature.objfuncargs, 'ObjectWithArgs.objfuncargs')
}
