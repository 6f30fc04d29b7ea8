import { PgarkError } from '@pgark/core'
import type { DataSourceParts } from '../data-source.ts'
import { tellableCause } from '../tellable-cause.ts'

/** What is being built, or was, or could not be: a second time TypeORM would make all entities anew. */
const built = new WeakMap<DataSourceParts, Promise<void>>()

/**
 * The DataSource with its metadata, which are built where they are not yet. Never by `initialize()`: that connects, and with
 * `synchronize` or `migrationsRun` changes the database. That there are entities proves nothing: they are there before they are
 * validated and migrations are loaded, and also where that failed.
 */
export async function withMetadata(dataSource: DataSourceParts): Promise<DataSourceParts> {
  if (dataSource.isInitialized && dataSource.entityMetadatas.length > 0) return dataSource
  const building = built.get(dataSource) ?? build(dataSource)
  built.set(dataSource, building)
  await building
  return dataSource
}

/** Builds what the options say. Throws `USAGE.ORM`, with the part that cannot be read. */
export async function build(dataSource: DataSourceParts): Promise<void> {
  const before = partsOf(dataSource)
  try {
    await dataSource.buildMetadatas()
  } catch (error) {
    // TypeORM sets one after the other, and validates entities at last.
    const { subscribers, entities, migrations } = partsOf(dataSource)
    const part =
      subscribers === before.subscribers
        ? 'subscribers'
        : entities !== before.entities && migrations === before.migrations
          ? 'migrations'
          : 'entities'
    throw new PgarkError('USAGE.ORM', `The ${part} of the DataSource cannot be read: ${tellableCause(error)}`, {
      hint: `they are read from compiled JavaScript; see what the DataSource says for ${part}`,
    })
  }
}

const partsOf = ({ subscribers, entityMetadatas: entities, migrations }: DataSourceParts) => ({
  subscribers,
  entities,
  migrations,
})
