import { Mark } from '../marks/mark.ts'
import { itemsOf, nameParts, nodesOf, type Tree, type TreeNode, textOf, unwrap } from '../parser/tree.ts'
import type { NameKind } from '../plan.ts'
import type { SlotRule, Walk } from '../walk.ts'
import { decideReference } from './literals.ts'
import { decideMemberName, decideNameList, decideSchema } from './names.ts'

type Options = Readonly<Record<string, NameKind>>
const named = (kind: NameKind, options: string): Options =>
  Object.fromEntries(options.split(' ').map((option) => [option, kind]))

const operator: Options = {
  ...named('function', 'function procedure restrict join'),
  ...named('type', 'leftarg rightarg'),
  ...named('operator', 'commutator negator'),
}
const baseType: Options = {
  ...named('function', 'input output receive send typmod_in typmod_out analyze subscript'),
  ...named('type', 'element like'),
}
const dictionary: Options = { template: 'textSearchTemplate' }

/** Which options of a definition are names, by what is defined. All others name nothing that is renamed. */
const definitions: Readonly<Record<string, Options>> = {
  OBJECT_AGGREGATE: {
    ...named('function', 'sfunc finalfunc combinefunc serialfunc deserialfunc msfunc minvfunc mfinalfunc'),
    ...named('type', 'stype mstype basetype'),
    sortop: 'operator',
  },
  OBJECT_OPERATOR: operator,
  OBJECT_TYPE: baseType,
  OBJECT_COLLATION: { from: 'collation' },
  OBJECT_TSPARSER: named('function', 'start gettoken end lextypes headline'),
  OBJECT_TSTEMPLATE: named('function', 'init lexize'),
  OBJECT_TSDICTIONARY: dictionary,
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

const optionsOf =
  (kinds: Options): SlotRule =>
  (value, _node, walk) =>
    decideOptions(walk, value, kinds)

/** `CREATE TYPE …`, `CREATE OPERATOR …` and so on, by what they define. */
export const definition: SlotRule = (value, node, walk) =>
  decideOptions(walk, value, definitions[textOf(node.kind)] as Options)
export const rangeTypeOptions = optionsOf(rangeType)
export const wrapperOptions = optionsOf(foreignDataWrapper)
export const sequenceOptions = optionsOf(sequence)
export const operatorOptions = optionsOf(operator)
export const typeOptions = optionsOf(baseType)
export const dictionaryOptions = optionsOf(dictionary)

/** GENERATED AS IDENTITY has the options of its sequence; those of other constraints are storage parameters. */
export const constraintOptions: SlotRule = (value, node, walk) =>
  node.contype === 'CONSTR_IDENTITY' ? decideOptions(walk, value, sequence) : walk.keep(value)

function decideOptions(walk: Walk, options: Tree, kinds: Options): void {
  for (const option of nodesOf(options, 'DefElem')) decideOption(walk, option, kinds)
}

function decideOption(walk: Walk, option: TreeNode, kinds: Options): void {
  const name = textOf(option.defname)
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  walk.keep(option.defname)
  const list = unwrap(option.arg, 'List')?.items
  const type = unwrap(option.arg, 'TypeName')
  if (name === 'owned_by' && kinds === sequence) decideMemberName(walk, list)
  else if (name === 'dictionary' && kinds === dictionary) decideDictionary(walk, option.arg)
  else if (kind === undefined) walk.keep(option.arg)
  else if (type && kind === 'type') walk.visit('TypeName', type, 'DefElem.arg')
  else if (type) decideNameList(walk, kind, type.names)
  else if (list && shellOperators.has(name)) decideShell(walk, itemsOf(list))
  else if (list) decideNameList(walk, kind, list)
  else walk.keep(option.arg)
}

function decideShell(walk: Walk, items: Tree[]): void {
  const [schema, name] = nameParts(items)
  if (name === undefined || walk.plan.object('operator', textOf(schema), textOf(name))) {
    decideNameList(walk, 'operator', items)
  } else {
    decideSchema(walk, schema)
    walk.keep(name)
  }
}

/** The thesaurus template looks other dictionaries up. */
function decideDictionary(walk: Walk, value: Tree | undefined): void {
  const mark = unwrap(value, 'String')?.sval
  if (mark instanceof Mark && mark.isLiteral) decideReference(walk, mark, 'regdictionary')
  else walk.keep(value)
}
