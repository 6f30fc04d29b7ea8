import { Mark } from '../marks/mark.ts'
import { itemsOf, nameParts, type Tree, type TreeNode, textOf, unwrap } from '../parser/tree.ts'
import type { NameKind } from '../plan.ts'
import type { SlotRule, Walk } from '../walk.ts'
import { decideReference } from './literals.ts'
import { decideMemberName, decideNameList, decideSchema } from './names.ts'

type Options = Readonly<Record<string, NameKind>>
const named = (kind: NameKind, options: string): Options =>
  Object.fromEntries(options.split(' ').map((option) => [option, kind]))

/** Which options of a definition are names, by what is defined. All others name nothing that is renamed. */
const definitions: Readonly<Record<string, Options>> = {
  OBJECT_AGGREGATE: {
    ...named('function', 'sfunc finalfunc combinefunc serialfunc deserialfunc msfunc minvfunc mfinalfunc'),
    ...named('type', 'stype mstype basetype'),
    sortop: 'operator',
  },
  OBJECT_OPERATOR: {
    ...named('function', 'function procedure restrict join'),
    ...named('type', 'leftarg rightarg'),
    ...named('operator', 'commutator negator'),
  },
  OBJECT_TYPE: {
    ...named('function', 'input output receive send typmod_in typmod_out analyze subscript'),
    ...named('type', 'element like'),
  },
  OBJECT_COLLATION: { from: 'collation' },
  OBJECT_TSPARSER: named('function', 'start gettoken end lextypes headline'),
  OBJECT_TSTEMPLATE: named('function', 'init lexize'),
  OBJECT_TSDICTIONARY: { template: 'textSearchTemplate' },
  OBJECT_TSCONFIGURATION: { parser: 'textSearchParser', copy: 'textSearchConfiguration' },
}
const rangeType: Options = {
  ...named('type', 'subtype multirange_type_name'),
  ...named('function', 'canonical subtype_diff'),
  subtype_opclass: 'operatorClass',
  collation: 'collation',
}
const foreignDataWrapper = named('function', 'handler validator')
/** An operator that is named before it is defined. It has no definition of its own where it never is. */
const shellOperators = new Set(['commutator', 'negator'])
const sequence: Options = { sequence_name: 'relation' }

/** `CREATE TYPE …`, `CREATE OPERATOR …` and so on, by what they define. */
export const definition: SlotRule = (value, node, walk) =>
  decideOptions(walk, value, definitions[textOf(node.kind)] ?? {})
export const rangeTypeOptions: SlotRule = (value, _node, walk) => decideOptions(walk, value, rangeType)
export const wrapperOptions: SlotRule = (value, _node, walk) => decideOptions(walk, value, foreignDataWrapper)
export const sequenceOptions: SlotRule = (value, _node, walk) => decideOptions(walk, value, sequence)
export const operatorOptions: SlotRule = (value, _node, walk) =>
  decideOptions(walk, value, definitions.OBJECT_OPERATOR ?? {})
export const typeOptions: SlotRule = (value, _node, walk) => decideOptions(walk, value, definitions.OBJECT_TYPE ?? {})
export const dictionaryOptions: SlotRule = (value, _node, walk) =>
  decideOptions(walk, value, definitions.OBJECT_TSDICTIONARY ?? {})

/** GENERATED AS IDENTITY has the options of its sequence; those of other constraints are storage parameters. */
export const constraintOptions: SlotRule = (value, node, walk) =>
  node.contype === 'CONSTR_IDENTITY' ? decideOptions(walk, value, sequence) : walk.keep(value)

function decideOptions(walk: Walk, options: Tree, kinds: Options): void {
  for (const item of itemsOf(options)) {
    const option = unwrap(item, 'DefElem')
    if (option) decideOption(walk, option, kinds)
  }
}

function decideOption(walk: Walk, option: TreeNode, kinds: Options): void {
  const name = textOf(option.defname)
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  walk.keep(option.defname)
  const list = unwrap(option.arg, 'List')?.items
  const type = unwrap(option.arg, 'TypeName')
  if (name === 'owned_by' && kinds === sequence) decideMemberName(walk, list)
  else if (name === 'dictionary' && kinds === definitions.OBJECT_TSDICTIONARY) decideDictionary(walk, option.arg)
  else if (kind === undefined) walk.keep(option.arg)
  else if (type && kind === 'type') walk.visit('TypeName', type, 'DefElem.arg')
  else if (type) decideNameList(walk, kind, type.names)
  else if (list && shellOperators.has(name)) decideShell(walk, itemsOf(list))
  else if (list) decideNameList(walk, kind, list)
  else walk.keep(option.arg)
}

function decideShell(walk: Walk, items: Tree[]): void {
  const [schema, operator] = nameParts(items) ?? []
  const isDefined = operator !== undefined && walk.plan.object('operator', textOf(schema), textOf(operator))
  if (isDefined || operator === undefined) decideNameList(walk, 'operator', items)
  else {
    decideSchema(walk, schema)
    walk.keep(operator)
  }
}

/** The thesaurus template looks other dictionaries up. */
function decideDictionary(walk: Walk, value: Tree | undefined): void {
  const mark = unwrap(value, 'String')?.sval
  if (mark instanceof Mark && mark.isLiteral) decideReference(walk, mark, 'regdictionary')
  else walk.keep(value)
}
