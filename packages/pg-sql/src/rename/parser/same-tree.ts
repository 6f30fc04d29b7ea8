import { isNode, isPosition, type Tree, type TreeNode } from './tree.ts'

/** Whether two leaves mean the same; `replace` puts another in the place of the actual one. */
export type SameLeaf = (expected: Tree | undefined, actual: Tree | undefined, replace: (by: Tree) => void) => boolean

interface Pair {
  expected: Tree | undefined
  holder: Tree[] | TreeNode
  key: string | number
}

/**
 * Whether two trees mean the same: equal in everything but positions, their leaves as `isSameLeaf` tells. No recursion: how deeply
 * SQL may be nested would hang on how much of this code is compiled already, as its frames on the stack become smaller then.
 */
export function isSameTree(expected: Tree[], actual: Tree[], isSameLeaf: SameLeaf): boolean {
  const pending = pairsWithin(expected, actual)
  for (let pair = pending?.pop(); pending && pair; pair = pending.pop()) {
    const { expected: was, holder, key } = pair
    const is = valueIn(holder, key)
    if (isSameLeaf(was, is, (by) => Object.assign(holder, { [key]: by }))) continue
    const within = pairsWithin(was, is)
    if (!within) return false
    for (const child of within) pending.push(child)
  }
  return pending !== undefined
}

const valueIn = (holder: Tree[] | TreeNode, key: string | number): Tree | undefined =>
  Array.isArray(holder) ? holder[Number(key)] : holder[key]

/** What two lists or nodes consist of; undefined where they are no such, or differ in length or fields. */
function pairsWithin(expected: Tree | undefined, actual: Tree | undefined): Pair[] | undefined {
  if (Array.isArray(actual)) {
    if (!Array.isArray(expected) || expected.length !== actual.length) return undefined
    return expected.map((item, key) => ({ expected: item, holder: actual, key }))
  }
  if (!isNode(expected) || !isNode(actual)) return undefined
  const fields = fieldsOf(actual)
  if (fields.length !== fieldsOf(expected).length) return undefined
  return fields.map((key) => ({ expected: expected[key], holder: actual, key }))
}

const fieldsOf = (node: TreeNode): string[] =>
  Object.keys(node).filter((field) => node[field] !== undefined && !isPosition(field, node[field]))
