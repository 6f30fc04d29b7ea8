import type { NameKind, NewName, RenamePlan } from '@pgark/pg-sql/rename'
import { type Extensions, isMember } from './extensions.ts'
import type { Inventory } from './inventory.ts'
import type { NewNames } from './new-names.ts'

/** The plan for the definitions of an archive. */
export function renamePlan(
  schemas: ReadonlyMap<string, string>,
  names: NewNames,
  inventory: Inventory,
  extensions: Extensions,
): RenamePlan {
  const arrays = [...names.words].map((name) => `_${name}`)
  return {
    words: new Set([...schemas.keys(), ...names.words, ...arrays]),
    schema: (name) => schemas.get(name),
    isIndexConstraint: inventory.isIndexConstraint,
    object(kind, schema, name): NewName | undefined {
      const to = schemas.get(schema)
      const newName = ownName(kind, schema, name)
      if (to === undefined && newName === undefined) return undefined
      // What nothing defines is an extension's, or has to be there already.
      const isMoved = extensions.moving.has(schema) && !isMember(extensions, { kind, schema, name })
      if (!inventory.has(kind, schema, name) && !isMoved) return undefined
      return { schema: to ?? schema, name: newName ?? name }
    },
  }

  function ownName(kind: NameKind, schema: string, name: string): string | undefined {
    if (kind === 'statistics') return names.statistics(schema, name)
    if (kind === 'relation') return names.relation(schema, name)
    if (kind !== 'type') return undefined
    const ofArray = name.startsWith('_') ? names.relation(schema, name.slice(1)) : undefined
    return names.relation(schema, name) ?? (ofArray === undefined ? undefined : `_${ofArray}`)
  }
}
