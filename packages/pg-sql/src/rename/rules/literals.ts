import { Mark } from '../marks/mark.ts'
import {
  constantOf,
  itemsOf,
  literalMark,
  nameParts,
  nodeOf,
  type Tree,
  type TreeNode,
  textOf,
  unwrap,
} from '../parser/tree.ts'
import type { RenameNote } from '../plan.ts'
import { SqlRenameError } from '../rename-error.ts'
import type { NodeRule, Walk } from '../walk.ts'
import { renamePart } from './names.ts'

/** Types whose text is a name, and a statement in which that name stands, to rename it in. */
const references: Readonly<Record<string, readonly [before: string, after: string]>> = {
  regclass: ['COMMENT ON TABLE ', ' IS NULL'],
  regtype: ['SELECT NULL::', ''],
  regproc: ['COMMENT ON FUNCTION ', ' IS NULL'],
  regprocedure: ['COMMENT ON FUNCTION ', ' IS NULL'],
  regoper: ['SELECT 1 OPERATOR(', ') 1'],
  regoperator: ['COMMENT ON OPERATOR ', ' IS NULL'],
  regconfig: ['COMMENT ON TEXT SEARCH CONFIGURATION ', ' IS NULL'],
  regdictionary: ['COMMENT ON TEXT SEARCH DICTIONARY ', ' IS NULL'],
  regcollation: ['COMMENT ON COLLATION ', ' IS NULL'],
  regnamespace: ['COMMENT ON SCHEMA ', ' IS NULL'],
}

const sequenceFunctions = new Set(['nextval', 'currval', 'setval'])
const statisticsFunction = /^pg_(?:restore|clear)_\w+_stats$/

/** Decides a literal that is the text of a reg* type. */
export function decideReference(walk: Walk, mark: Mark, type: keyof typeof references): void {
  mark.decide(renamedReference(walk, mark, type, mark.value))
}

function renamedReference(walk: Walk, mark: Mark, type: string, text: string): string {
  const [before, after] = references[type] as readonly [string, string]
  // An oid, or none.
  if (/^(?:\d+|-)$/.test(text)) return text
  try {
    const renamed = walk.context.rename(before + text + after)
    return renamed.slice(before.length, renamed.length - after.length)
  } catch (cause) {
    if (!(cause instanceof SqlRenameError)) throw cause
    throw mark.error(`of type ${type} could not be renamed: ${cause.message}`)
  }
}

/** `'shop.orders'::regclass`, also through text, and arrays of such. */
export const typeCast: NodeRule = (node, walk) => {
  const typeName = nodeOf(node.typeName)
  const type = referenceType(typeName)
  const isArray = typeName.arrayBounds !== undefined
  const mark = literalMark(node.arg)
  if (type !== undefined && mark && isArray) mark.decide(renamedArray(walk, mark, type))
  else if (type !== undefined && mark) decideReference(walk, mark, type)
  else if (type !== undefined && isArray) decideElements(walk, node.arg, type)
  walk.visitFields('TypeCast', node)
}

function referenceType(typeName: TreeNode): string | undefined {
  const name = builtIn(typeName.names)
  return name !== undefined && Object.hasOwn(references, name) ? name : undefined
}

/** The name of a type or function that is unqualified or in pg_catalog. */
function builtIn(list: Tree | undefined): string | undefined {
  const [first, second] = nameParts(list).map(textOf)
  return second === undefined ? first : first === 'pg_catalog' ? second : undefined
}

/** The elements of `ARRAY['shop.orders']::regclass[]`. */
function decideElements(walk: Walk, array: Tree | undefined, type: string): void {
  for (const element of itemsOf(unwrap(array, 'A_ArrayExpr')?.elements)) {
    const mark = literalMark(element)
    if (mark) decideReference(walk, mark, type)
  }
}

const ELEMENTS = /"(?:[^"\\]|\\.)*"|[^{},"\s][^{},"]*/gs

/** The text of an array, `{shop.orders,"shop.\"Odd\""}`; an element that changes is quoted where it has to be. */
function renamedArray(walk: Walk, mark: Mark, type: string): string {
  return mark.value.replace(ELEMENTS, (element) => {
    const isQuoted = element.startsWith('"')
    if (!isQuoted && /^null$/i.test(element)) return element
    const text = isQuoted ? element.slice(1, -1).replace(/\\(.)/gs, '$1') : element
    const renamed = renamedReference(walk, mark, type, text)
    if (renamed === text) return element
    return /["\\{},\s]|^null$/i.test(renamed) ? `"${renamed.replace(/["\\]/g, '\\$&')}"` : renamed
  })
}

/** Functions that are given the names of relations as literals. */
export const functionCall: NodeRule = (node, walk) => {
  const name = builtIn(node.funcname) ?? ''
  const args = itemsOf(node.args)
  const sequence = sequenceFunctions.has(name) ? literalMark(args[0]) : undefined
  if (sequence && sequence.outcome === undefined) decideReference(walk, sequence, 'regclass')
  if (statisticsFunction.test(name)) decideStatistics(walk, args)
  walk.visitFields('FuncCall', node)
}

/** Arguments by name: `'schemaname', 'shop', 'relname', 'orders', …`. The others are statistics, which hold values. */
function decideStatistics(walk: Walk, args: readonly Tree[]): void {
  const named = new Map(args.flatMap((arg, at) => (at % 2 === 0 ? [[literalText(arg), args[at + 1]] as const] : [])))
  const [schema, name] = [named.get('schemaname'), named.get('relname')]
  const to = walk.plan.object('relation', literalText(schema), literalText(name))
  if (to && to.schema === undefined)
    throw new SqlRenameError('Statistics name a schema, which they cannot do without', 0)
  decideText(schema, to?.schema)
  decideText(name, to?.name)
  for (const arg of args) {
    const mark = literalMark(arg)
    const isReference = referenceType(nodeOf(unwrap(arg, 'TypeCast')?.typeName)) !== undefined
    if (mark?.outcome === undefined && !isReference) mark?.keep()
  }
}

function decideText(argument: Tree | undefined, to: string | undefined): void {
  const mark = literalMark(argument)
  if (mark) mark.decide(to ?? mark.value)
  else if (to !== undefined) renamePart(literalText(argument), to)
}

function literalText(tree: Tree | undefined): string {
  const cast = unwrap(tree, 'TypeCast')
  return cast ? literalText(cast.arg) : textOf(constantOf(tree))
}

/** Any other literal stays, whatever it says, and is told where it says one of the words. */
export const constant: NodeRule = (node, walk) => {
  const mark = nodeOf(node.sval).sval
  if (mark instanceof Mark && mark.outcome === undefined) keepAndTell(walk, mark, 'string')
}

export function keepAndTell(walk: Walk, mark: Mark, level: RenameNote['level']): void {
  mark.keep()
  if (mark.isLiteral) walk.note(level, mark)
}
