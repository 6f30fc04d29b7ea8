import { Mark } from '../marks/mark.ts'
import { itemsOf, nameParts, type Tree, textOf } from '../parser/tree.ts'
import type { NameKind, NewName } from '../plan.ts'
import { SqlRenameError } from '../rename-error.ts'
import type { Walk } from '../walk.ts'

/** Gives a name its new text. */
export function renamePart(part: Tree, to: string): void {
  if (part instanceof Mark) part.decide(to)
  else if (part !== to) throw new SqlRenameError(`The plan renames ${textOf(part)}, which is none of its words`, 0)
}

/** Decides a qualified name. `unqualify` takes the schema out of the tree. */
export function decideName(
  walk: Walk,
  kind: NameKind,
  schema: Tree,
  name: Tree,
  unqualify: () => void,
): NewName | undefined {
  if (!(schema instanceof Mark || name instanceof Mark)) return undefined
  const to = walk.plan.object(kind, textOf(schema), textOf(name))
  renamePart(name, to?.name ?? textOf(name))
  if (to && to.schema === undefined) takeAway(walk, schema, unqualify)
  else renamePart(schema, to?.schema ?? textOf(schema))
  return to
}

/** Takes a qualifier away, with its dot. */
export function takeAway(walk: Walk, schema: Tree, unqualify: () => void): void {
  if (!(schema instanceof Mark)) {
    throw new SqlRenameError(`The plan takes ${textOf(schema)} away, which is none of its words`, 0)
  }
  schema.decide(null)
  walk.corrections.push(unqualify)
}

/** Decides a name that is a list of strings from `from` on. A name without a schema stays: what it names, the search_path decides. */
export function decideNameList(walk: Walk, kind: NameKind, list: Tree | undefined, from = 0): NewName | undefined {
  const items = itemsOf(list)
  const [schema, name, ...more] = nameParts(items.slice(from))
  if (schema === undefined || name === undefined) {
    walk.keep(schema)
    return undefined
  }
  refuseMarks([...more, ...(more.length > 0 ? [schema, name] : [])], 'is part of a name with a database')
  return decideName(walk, kind, schema, name, () => void items.splice(from, 1))
}

export function refuseMarks(parts: readonly Tree[], problem: string): void {
  for (const part of parts) if (part instanceof Mark) throw part.error(problem)
}

/** Decides `schema.table.member`, of which the member keeps its name unless that is decided already. */
export function decideMemberName(walk: Walk, list: Tree | undefined): void {
  const items = itemsOf(list)
  const [schema, table, member] = nameParts(list)
  if (schema !== undefined && table !== undefined && member !== undefined) {
    decideName(walk, 'relation', schema, table, () => void items.shift())
  }
  walk.keepRest(list)
}

/** Decides the name of a schema. */
export function decideSchema(walk: Walk, schema: Tree | undefined): void {
  if (schema instanceof Mark) schema.decide(walk.plan.schema(schema.value) ?? schema.value)
}

/** Decides a name without a schema that is in the schema of the statement's own table: an index, or a constraint with one. */
export function decideOwnName(walk: Walk, name: Tree | undefined, schema: string | undefined): void {
  if (!(name instanceof Mark)) return
  const to = schema === undefined ? undefined : walk.plan.object('relation', schema, name.value)
  name.decide(to?.name ?? name.value)
}
