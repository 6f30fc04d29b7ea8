import { nameParts, nodeOf, nodesOf, textOf, unwrap } from '../parser/tree.ts'
import type { NameKind } from '../plan.ts'
import { SqlRenameError } from '../rename-error.ts'
import type { NodeRule, Rules, SlotRule } from '../walk.ts'
import {
  constraintOptions,
  definition,
  dictionaryOptions,
  operatorOptions,
  rangeTypeOptions,
  sequenceOptions,
  typeOptions,
  wrapperOptions,
} from './definitions.ts'
import { functionOptions, settingValues, triggerArguments } from './functions.ts'
import { keptFields } from './kept-fields.ts'
import { constant, functionCall, typeCast } from './literals.ts'
import { nameFields } from './name-fields.ts'
import { decideNameList, decideOwnName, decideSchema } from './names.ts'
import { decideSignature, grantObjects, objectIn, objectKinds } from './objects.ts'
import {
  alteredName,
  constraintName,
  createFunction,
  exclusions,
  ownedBy,
  ownName,
  withOldAndNew,
} from './own-names.ts'
import { onConflict, query, rangeFunction } from './queries.ts'
import { alteredRelation, columnRef, rangeVar, typeAsRelation, typeName } from './relations.ts'

/** An option of something that has no rule of its own: it names nothing. */
const option: NodeRule = (node, walk, slot) => {
  if (keptFields.has(slot)) walk.keep(node)
  else walk.visitFields('DefElem', node)
}

const nodes: Readonly<Record<string, NodeRule>> = {
  A_Const: constant,
  ColumnRef: columnRef,
  DefElem: option,
  FuncCall: functionCall,
  OnConflictClause: onConflict,
  RangeFunction: rangeFunction,
  RangeVar: rangeVar,
  TypeCast: typeCast,
  TypeName: typeName,
  CreateFunctionStmt: createFunction,
  CreateTrigStmt: withOldAndNew('CreateTrigStmt'),
  RuleStmt: withOldAndNew('RuleStmt'),
  ...Object.fromEntries(
    ['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'].map((type) => [type, query(type)]),
  ),
  ...Object.fromEntries(
    Object.entries({
      AlterPolicyStmt: 'table',
      AlterTableStmt: 'relation',
      ClusterStmt: 'relation',
      CopyStmt: 'relation',
      CreatePolicyStmt: 'table',
      CreateStatsStmt: 'relations',
      CreateStmt: 'relation',
      IndexStmt: 'relation',
      PublicationTable: 'relation',
    }).map(([type, field]) => [type, ownedBy(type, field)]),
  ),
}

const schemaName: SlotRule = (value, _node, walk) => decideSchema(walk, value)
const signature =
  (kind: NameKind): SlotRule =>
  (value, _node, walk) =>
    decideSignature(walk, nodeOf(value), kind)

const slots: Readonly<Record<string, SlotRule>> = {
  ...Object.fromEntries(
    Object.entries(nameFields).map(([slot, kind]): [string, SlotRule] => [
      slot,
      (value, _node, walk) => void decideNameList(walk, kind, value),
    ]),
  ),
  'AlterDefaultPrivilegesStmt.options': (value, _node, walk) => {
    for (const { defname, arg } of nodesOf(value, 'DefElem')) {
      if (textOf(defname) !== 'schemas') walk.keep(arg)
      else for (const name of nameParts(unwrap(arg, 'List')?.items)) decideSchema(walk, name)
    }
  },
  'AlterFunctionStmt.actions': functionOptions,
  'AlterFunctionStmt.func': signature('function'),
  'AlterObjectSchemaStmt.newschema': schemaName,
  'AlterObjectSchemaStmt.object': objectIn('objectType'),
  'AlterOperatorStmt.opername': signature('operator'),
  'AlterOperatorStmt.options': operatorOptions,
  'AlterOwnerStmt.object': objectIn('objectType'),
  'AlterSeqStmt.options': sequenceOptions,
  'AlterTableCmd.name': alteredName,
  'AlterTableStmt.relation': alteredRelation,
  'AlterTSConfigurationStmt.dicts': (value, _node, walk) => {
    for (const { items } of nodesOf(value, 'List')) decideNameList(walk, 'textSearchDictionary', items)
  },
  'AlterTSDictionaryStmt.options': dictionaryOptions,
  'AlterTypeStmt.options': typeOptions,
  'ClusterStmt.indexname': ownName,
  'CommentStmt.object': objectIn('objtype'),
  'CompositeTypeStmt.typevar': typeAsRelation,
  'Constraint.conname': constraintName,
  'Constraint.exclusions': exclusions,
  'Constraint.indexname': ownName,
  'Constraint.options': constraintOptions,
  'CreateCastStmt.func': signature('function'),
  'CreateFdwStmt.func_options': wrapperOptions,
  'CreateFunctionStmt.options': functionOptions,
  'CreateOpClassItem.name': (value, node, walk) =>
    decideSignature(walk, nodeOf(value), node.itemtype === 2 ? 'function' : 'operator'),
  'CreateRangeStmt.params': rangeTypeOptions,
  'CreateSchemaStmt.schemaElts': () => {
    throw new SqlRenameError('Definitions within CREATE SCHEMA have no schema in their names', 0)
  },
  'CreateSchemaStmt.schemaname': schemaName,
  'CreateSeqStmt.options': sequenceOptions,
  'CreateTransformStmt.fromsql': signature('function'),
  'CreateTransformStmt.tosql': signature('function'),
  'CreateTrigStmt.args': triggerArguments,
  'DefineStmt.definition': definition,
  'DefineStmt.defnames': (value, node, walk) => {
    decideNameList(walk, objectKinds[textOf(node.kind)] as NameKind, value)
  },
  'DoStmt.args': functionOptions,
  'DropStmt.objects': objectIn('removeType'),
  'GrantStmt.objects': grantObjects,
  'IndexStmt.idxname': ownName,
  // Decided with the table that is inserted into.
  'InferClause.conname': (value, _node, walk) => walk.keepRest(value),
  'InsertStmt.onConflictClause': (value, node, walk) => {
    const { schemaname } = nodeOf(node.relation)
    const clause = nodeOf(value)
    decideOwnName(walk, nodeOf(clause.infer).conname, schemaname === undefined ? undefined : textOf(schemaname))
    walk.visit('OnConflictClause', clause, 'InsertStmt.onConflictClause')
  },
  'PublicationObjSpec.name': schemaName,
  'ReplicaIdentityStmt.name': ownName,
  'SecLabelStmt.object': objectIn('objtype'),
  'VariableSetStmt.args': settingValues,
}

export const rules: Rules = {
  nodes: new Map(Object.entries(nodes)),
  slots: new Map(Object.entries(slots)),
  kept: keptFields,
}
