import type { PslModel } from './schema.ts'

/** The table of a relation between many and many that the schema does not declare as a model. */
export interface JoinTable {
  readonly table: string
  /** The model whose keys stand in `A`; the table is in its schema. Those of the other one stand in `B`. */
  readonly first: PslModel
}

/**
 * The implicit tables `_AToB`.
 *
 * https://www.prisma.io/docs/orm/prisma-schema/data-model/relations/many-to-many-relations
 */
export function joinTablesOf(models: readonly PslModel[]): JoinTable[] {
  const byName = new Map(models.map((model) => [model.name, model]))
  const found = new Map<string, JoinTable>()
  for (const model of models) {
    for (const { type, isList, relation } of model.fields) {
      const other = byName.get(type)
      if (!relation || !other || !isList) continue
      const opposite = other.fields.filter(
        (field) => field.type === model.name && field.relation?.name === relation.name,
      )
      if (opposite.length === 0 || !opposite.every((field) => field.isList)) continue
      // As bytes compare: `AB` stands before `aB`.
      const [first, second] = model.name < other.name ? [model, other] : [other, model]
      const table = `_${relation.name ?? `${first.name}To${second.name}`}`
      found.set(table, { table, first })
    }
  }
  return [...found.values()]
}
