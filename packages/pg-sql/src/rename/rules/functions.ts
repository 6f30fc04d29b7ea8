import { Mark } from '../marks/mark.ts'
import { constantOf, itemsOf, nodesOf, type Tree, type TreeNode, textOf, unwrap } from '../parser/tree.ts'
import type { SlotRule, Walk } from '../walk.ts'
import { decideReference, keepAndTell } from './literals.ts'
import { decideNameList, decideSchema } from './names.ts'

/** Options of CREATE and ALTER FUNCTION, and of DO. */
export const functionOptions: SlotRule = (value, _node, walk) => {
  for (const option of nodesOf(value, 'DefElem')) decideOption(walk, option)
}

function decideOption(walk: Walk, { defname, arg }: TreeNode): void {
  const name = textOf(defname)
  walk.keep(defname)
  if (name === 'as') tellBody(walk, arg)
  else if (name === 'support') decideNameList(walk, 'function', unwrap(arg, 'List')?.items)
  else if (name === 'set' || name === 'transform') walk.visitWrapped(arg, 'DefElem.arg')
  else walk.keep(arg)
}

/** A body is the function's own text, in its own language: it stays, and is told where it says one of the words. */
function tellBody(walk: Walk, body: Tree | undefined): void {
  const texts = unwrap(body, 'List') ? itemsOf(unwrap(body, 'List')?.items) : [body]
  for (const text of texts) {
    const mark = unwrap(text, 'String')?.sval
    if (mark instanceof Mark) keepAndTell(walk, mark, 'body')
  }
}

/** Arguments of triggers are literals that only the trigger's function understands. */
export const triggerArguments: SlotRule = (value, _node, walk) => {
  for (const item of itemsOf(value)) {
    const mark = unwrap(item, 'String')?.sval
    if (mark instanceof Mark) keepAndTell(walk, mark, 'string')
  }
}

/** The values of a setting: schemas, a text search configuration, or what names nothing. */
export const settingValues: SlotRule = (value, node, walk) => {
  const setting = textOf(node.name)
  for (const item of itemsOf(value)) {
    const mark = constantOf(item)
    if (!(mark instanceof Mark)) walk.visitWrapped(item, 'VariableSetStmt.args')
    else if (setting === 'search_path') decideSchema(walk, mark)
    else if (setting === 'default_text_search_config' && mark.isLiteral) decideReference(walk, mark, 'regconfig')
    else keepAndTell(walk, mark, 'string')
  }
}
