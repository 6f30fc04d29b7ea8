import { Mark } from '../marks/mark.ts'

/**
 * What the parser makes of SQL, as JSON. Where the grammar allows several nodes, a node stands in an object whose only key is its
 * type (`{ RangeVar: {…} }`), otherwise bare. Values that are zero, false or empty are left out.
 */
export type Tree = string | number | boolean | null | Mark | Tree[] | TreeNode
export interface TreeNode {
  [field: string]: Tree | undefined
}

export const isNode = (tree: Tree | undefined): tree is TreeNode =>
  typeof tree === 'object' && tree !== null && !Array.isArray(tree) && !(tree instanceof Mark)

export const itemsOf = (tree: Tree | undefined): Tree[] => (Array.isArray(tree) ? tree : [])

/** The node within `{ [type]: node }`; undefined where the tree is of another type. */
export function unwrap(tree: Tree | undefined, type: string): TreeNode | undefined {
  const node = isNode(tree) ? tree[type] : undefined
  return isNode(node) ? node : undefined
}

/** What a name or literal of the script says, whether it is marked or not; '' where there is none. */
export function textOf(tree: Tree | undefined): string {
  if (tree instanceof Mark) return tree.value
  return typeof tree === 'string' ? tree : ''
}

/** The nodes of one type among those of a list. */
export const nodesOf = (list: Tree | undefined, type: string): TreeNode[] =>
  itemsOf(list)
    .map((item) => unwrap(item, type))
    .filter((node) => node !== undefined)

/** A field that holds a bare node; an empty one where it is left out. */
export const nodeOf = (tree: Tree | undefined): TreeNode => (isNode(tree) ? tree : {})

/** The parts of a name: `[{ String: { sval } }, …]`. None where something else is among them. */
export function nameParts(tree: Tree | undefined): Tree[] {
  const parts = nodesOf(tree, 'String')
    .map(({ sval }) => sval)
    .filter((part) => part !== undefined)
  return parts.length === itemsOf(tree).length ? parts : []
}

/** The text of a constant, or the word that stands for one. */
export const constantOf = (tree: Tree | undefined): Tree | undefined =>
  nodeOf(nodeOf(unwrap(tree, 'A_Const')).sval).sval

/** The marked literal that an expression consists of, through casts. */
export function literalMark(tree: Tree | undefined): Mark | undefined {
  const cast = unwrap(tree, 'TypeCast')
  if (cast) return literalMark(cast.arg)
  const mark = constantOf(tree)
  return mark instanceof Mark && mark.isLiteral ? mark : undefined
}

const POSITION = /location$|^stmt_len$|list_(?:start|end)$/

/** Whether a field tells where in the text something stood, which is no part of what it means. */
export const isPosition = (field: string, value: Tree | undefined): boolean =>
  typeof value === 'number' && POSITION.test(field)
