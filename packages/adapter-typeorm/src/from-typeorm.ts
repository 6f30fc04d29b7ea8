import { type OrmAdapter, type OrmModel, type OrmWhere, PgarkError, refuseProblems } from '@pgark/core'
import { compileBuilder, isBuilder } from './conditions/compile-builder.ts'
import { compileCondition } from './conditions/compile-condition.ts'
import { refuseOtherEntity } from './conditions/refuse-other-entity.ts'
import { wrongCondition } from './conditions/wrong-condition.ts'
import { chooseConnection } from './connection/choose-connection.ts'
import { dataSourceParts, type TypeOrmDataSource } from './data-source.ts'
import { withMetadata } from './metadata/built-metadata.ts'
import { migrationsOf } from './metadata/migrations.ts'
import { entityOf, modelOf } from './metadata/models.ts'
import { unknownOptions } from './unknown-options.ts'
import type { TypeOrmCondition } from './where.ts'

export interface FromTypeORMOptions {
  /** With `replication`: which server is read, the master or the first slave. Default `master`. */
  role?: 'master' | 'slave' | undefined
  /** Whether soft-deleted rows are among those that a `where()` chooses. Default `true`: a backup has them, unlike `find()`. */
  withDeleted?: boolean | undefined
  /** A URL, or options of `postgres()`, in place of what the DataSource says. */
  connection?: string | Readonly<Record<string, unknown>> | undefined
}

/**
 * An application's DataSource, for `postgres()`: where its database is, and what its entities are called. It is not initialized,
 * connected, changed or closed; an initialized one is taken as it is.
 *
 * ```ts
 * const engine = postgres(fromTypeORM(dataSource))
 * ```
 *
 * Throws `USAGE.ORM` for what is no DataSource of PostgreSQL; `connection()` does where that does not say which database it is.
 */
export function fromTypeORM(dataSource: TypeOrmDataSource, options: FromTypeORMOptions = {}): OrmAdapter {
  return adapterOf(dataSource, options, 'the DataSource')
}

/** @param place what the DataSource is called in messages */
export function adapterOf(given: TypeOrmDataSource, options: FromTypeORMOptions, place: string): OrmAdapter {
  refuseProblems([...optionProblems(options)])
  const { role = 'master', withDeleted = true, connection } = options
  const dataSource = dataSourceParts(given)
  const migrations = migrationsOf(dataSource)
  return {
    specVersion: 1,
    name: 'typeorm',
    // Asked for only where no other database is named.
    connection: () => chooseConnection(dataSource.options, { role, connection }, place),
    models: async () => (await withMetadata(dataSource)).entityMetadatas.map(modelOf),
    compile: async (model, where) => {
      const built = await withMetadata(dataSource)
      const entity = entityOf(built.entityMetadatas, model)
      if (!entity) throw new PgarkError('USAGE.MODEL', `The DataSource has no entity ${model.name}.`)
      const asked = conditionOf(where, model)
      if (asked.entity !== undefined) refuseOtherEntity(asked.entity, entity, built.entityMetadatas)
      const isWithDeleted = asked.withDeleted ?? withDeleted
      return isBuilder(asked.condition)
        ? compileBuilder(asked.condition, entity, isWithDeleted)
        : compileCondition(built, entity, asked.condition, isWithDeleted)
    },
    ...(migrations && { migrations }),
  }
}

function conditionOf({ orm, condition }: OrmWhere, model: OrmModel): TypeOrmCondition {
  if (orm === 'typeorm') return condition as TypeOrmCondition
  throw wrongCondition(`The where() of ${model.name} is one of ${orm}.`, 'use where() of @pgark/adapter-typeorm')
}

function* optionProblems(options: FromTypeORMOptions) {
  yield* unknownOptions('fromTypeORM()', options, ['role', 'withDeleted', 'connection'])
  const { role, withDeleted, connection } = options
  if (role !== undefined && role !== 'master' && role !== 'slave')
    yield { message: 'Expected role of fromTypeORM() to be master or slave.' }
  if (withDeleted !== undefined && typeof withDeleted !== 'boolean')
    yield { message: 'Expected withDeleted of fromTypeORM() to be true or false.' }
  if (connection !== undefined && typeof connection !== 'string' && (typeof connection !== 'object' || !connection))
    yield { message: 'Expected connection of fromTypeORM() to be a URL, or options of postgres().' }
  else if (connection !== undefined && isEmpty(connection))
    yield { message: 'The connection of fromTypeORM() is empty.', hint: 'check that it is set, or leave it out' }
}

/** Also where nothing in it is set. */
const isEmpty = (connection: string | object): boolean =>
  typeof connection === 'string'
    ? connection.trim() === ''
    : Object.values(connection).every((value) => value === undefined || value === '')
