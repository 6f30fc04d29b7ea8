import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const packageFile = path.join(import.meta.dirname, '../../packages/pg-sql/package.json')
const parser = createRequire(packageFile).resolve('libpg-query')
/** The types of the parser's nodes that belong to the version that `@pgark/pg-sql` depends on. */
const declarations = path.join(path.dirname(createRequire(parser).resolve('@pgsql/types')), 'types.d.ts')

/** Fields of all nodes with their types: `Type.field`, without the brackets of lists. */
export function fieldTypes(): Map<string, string> {
  const found = new Map<string, string>()
  for (const [, type, body] of readFileSync(declarations, 'utf8').matchAll(/export interface (\w+) \{([^}]*)\}/g)) {
    for (const [, field, fieldType] of (body ?? '').matchAll(/^\s*(\w+)\??: (\w+)(?:\[\])?;/gm)) {
      found.set(`${type}.${field}`, fieldType ?? '')
    }
  }
  if (found.size === 0) throw new Error(`Expected node types in ${declarations}`)
  return found
}

/** Fields that hold a node of one type, which the parser writes without telling the type. */
export function childTypes(): Record<string, string> {
  const all = fieldTypes()
  const nodes = new Set([...all.keys()].map((slot) => slot.split('.')[0]))
  const nodeFields = [...all].filter(([, type]) => nodes.has(type) && type !== 'Node')
  return Object.fromEntries(nodeFields.sort(([one], [other]) => (one < other ? -1 : 1)))
}
