import type { EntityParts } from '../data-source.ts'
import { wrongCondition } from './wrong-condition.ts'

/**
 * Throws `USAGE.FILTER` where the condition reaches tables whose entities say no schema, while that of the chosen rows does: names in a
 * filter are found in the schema of its table, where there could be another table of that name.
 */
export function refuseUnplaced(main: EntityParts, others: readonly (EntityParts | undefined)[]): void {
  if (!main.schema) return
  const unplaced = others.find((entity) => entity && !entity.schema)
  if (!unplaced) return
  throw wrongCondition(
    `The condition reaches ${unplaced.name}, whose table ${unplaced.tableName} has no schema, from ${main.name}, which has one.`,
    'give schema to the entity, or to the DataSource for all entities without one',
  )
}
