import type { OrmModel } from '@pgark/core'
import type { EntityParts } from '../data-source.ts'

/** What TypeORM calls a table and its columns. */
export function modelOf(entity: EntityParts): OrmModel {
  const columns: Record<string, string> = {}
  for (const { propertyPath, databaseName, isVirtualProperty } of entity.columns) {
    if (!isVirtualProperty) columns[propertyPath] = databaseName
  }
  for (const { propertyPath, isManyToOne, isOneToOneOwner, joinColumns } of entity.relations) {
    const [column, ...others] = joinColumns
    // Of a many-to-many relation the join columns are those of another table.
    if (column && others.length === 0 && (isManyToOne || isOneToOneOwner)) columns[propertyPath] ??= column.databaseName
  }
  // TypeORM takes an empty schema for none, too.
  const model = { name: entity.name, schema: entity.schema || undefined, table: entity.tableName, columns }
  return entity.tableType === 'entity-child' ? { ...model, isPartOfTable: true } : model
}

/** The entity of a model that `modelOf` made. */
export const entityOf = (entities: readonly EntityParts[], model: OrmModel): EntityParts | undefined =>
  entities.find(
    ({ name, tableName, schema }) =>
      name === model.name && tableName === model.table && (schema || undefined) === model.schema,
  )
