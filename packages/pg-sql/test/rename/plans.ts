import type { NameKind, NewName, RenamePlan } from '../../src/rename/index.ts'

/** Everything in these schemas moves to others. */
export function schemaPlan(schemas: Readonly<Record<string, string>>): RenamePlan {
  const known = new Map(Object.entries(schemas))
  return {
    schema: (name) => known.get(name),
    object: (_kind, schema, name) => {
      const to = known.get(schema)
      return to === undefined ? undefined : { schema: to, name }
    },
    isIndexConstraint: () => false,
    words: new Set(known.keys()),
  }
}

/** Objects get other names: `kind schema.name`, and `constraint schema.table.name` for constraints with an index. */
export function objectPlan(objects: Readonly<Record<string, NewName>>): RenamePlan {
  const known = new Map(Object.entries(objects))
  const words = [...known.keys()].flatMap((key) => key.slice(key.indexOf(' ') + 1).split('.'))
  return {
    schema: () => undefined,
    object: (kind: NameKind, schema, name) => known.get(`${kind} ${schema}.${name}`),
    isIndexConstraint: (schema, table, name) => known.has(`constraint ${schema}.${table}.${name}`),
    words: new Set(words),
  }
}

/** Everything in these schemas loses its qualifier. */
export function stripPlan(...schemas: readonly string[]): RenamePlan {
  return {
    schema: () => undefined,
    object: (_kind, schema, name) => (schemas.includes(schema) ? { schema: undefined, name } : undefined),
    isIndexConstraint: () => false,
    words: new Set(schemas),
  }
}
