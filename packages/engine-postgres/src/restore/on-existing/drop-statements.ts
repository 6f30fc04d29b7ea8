import type { DescribedObject } from './describe-objects.ts'

/** Kinds of which one statement drops several, which so may depend on each other; in the order in which they are dropped. */
const together = [
  'event trigger',
  'publication',
  'view',
  'materialized view',
  'foreign table',
  'table',
  'sequence',
  'index',
  'statistics object',
  'function',
  'procedure',
  'aggregate',
  'type',
  'composite type',
  'collation',
  'server',
  'foreign-data wrapper',
  'schema',
]
/** What the server calls otherwise in a statement. */
const words: Readonly<Record<string, string>> = {
  function: 'ROUTINE',
  procedure: 'ROUTINE',
  aggregate: 'ROUTINE',
  'composite type': 'TYPE',
  'statistics object': 'STATISTICS',
  'foreign-data wrapper': 'FOREIGN DATA WRAPPER',
}

/**
 * Drops objects of which everything that goes with them is known: one may have gone with another, and what depends on them goes
 * with them.
 */
export function dropStatements(objects: readonly DescribedObject[]): string[] {
  const byType = Map.groupBy(objects, ({ type }) => type)
  const several = together.flatMap((type) => {
    const identities = (byType.get(type) ?? []).map(({ identity }) => identity)
    return identities.length > 0 ? [`DROP ${wordOf(type)} IF EXISTS ${identities.join(', ')} CASCADE`] : []
  })
  const alone = objects.filter(({ type }) => !together.includes(type)).map(dropAlone)
  // Parts of tables first, which then need not be looked for.
  return [...alone, ...several]
}

function dropAlone({ type, identity, dropConstraint, objectId }: DescribedObject): string {
  if (dropConstraint !== undefined) return dropConstraint
  if (type === 'large object') return `SELECT pg_catalog.lo_unlink(${objectId})`
  if (type === 'user mapping')
    return `DROP USER MAPPING IF EXISTS FOR ${identity.replace(/ on server (?=(?:[^"]|"[^"]*")*$)/, ' SERVER ')}`
  if (type === 'transform') return `DROP TRANSFORM IF EXISTS ${identity.replace(' on language ', ' LANGUAGE ')} CASCADE`
  return `DROP ${wordOf(type)} IF EXISTS ${identity} CASCADE`
}

const wordOf = (type: string) => words[type] ?? type.toUpperCase()
