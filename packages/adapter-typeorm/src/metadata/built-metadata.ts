import { PgarkError } from '@pgark/core'
import type { DataSourceParts } from '../data-source.ts'
import { tellableCause } from '../tellable-cause.ts'

/** What is being built, or was: a second time TypeORM would make all entities anew. */
const built = new WeakMap<DataSourceParts, Promise<void>>()

/**
 * The DataSource with its metadata, which are built where they are not yet. Never by `initialize()`: that connects, and with
 * `synchronize` or `migrationsRun` changes the database.
 */
export async function withMetadata(dataSource: DataSourceParts): Promise<DataSourceParts> {
  if (dataSource.entityMetadatas.length > 0) return dataSource
  const building = built.get(dataSource) ?? dataSource.buildMetadatas()
  built.set(dataSource, building)
  try {
    await building
  } catch (error) {
    built.delete(dataSource)
    throw new PgarkError('USAGE.ORM', `The entities of the DataSource cannot be read: ${tellableCause(error)}`, {
      hint: 'entities with decorators are read from compiled JavaScript; see what the DataSource says for entities, migrations and subscribers',
    })
  }
  return dataSource
}
