import { Mark } from '../marks/mark.ts'
import { isNode, isPosition, type Tree, type TreeNode } from './tree.ts'

/**
 * Whether two trees mean the same: equal in everything but positions. In `expected`, a mark stands for what it becomes.
 */
export function isSameTree(expected: Tree | undefined, actual: Tree | undefined): boolean {
  if (expected instanceof Mark) return expected.outcome === actual
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, index) => isSameTree(item, actual[index]))
    )
  }
  if (!isNode(expected)) return expected === actual
  return isNode(actual) && sameFields(expected, actual)
}

function sameFields(expected: TreeNode, actual: TreeNode): boolean {
  const fields = fieldsOf(expected)
  return (
    fields.length === fieldsOf(actual).length && fields.every((field) => isSameTree(expected[field], actual[field]))
  )
}

export const fieldsOf = (node: TreeNode): string[] =>
  Object.keys(node).filter((field) => node[field] !== undefined && !isPosition(field, node[field]))
