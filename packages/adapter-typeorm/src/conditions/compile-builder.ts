import type { CompiledQuery } from '@pgark/core'
import type { BuilderParts, EntityParts } from '../data-source.ts'
import { checkCondition } from './check-condition.ts'
import { compiled, selectPrimaryKey } from './primary-key-query.ts'
import { refuseUnplaced } from './refuse-unplaced.ts'
import { wrongCondition } from './wrong-condition.ts'

/** Of any kind: only those for SELECT are accepted. */
export const isBuilder = (value: unknown): value is BuilderParts =>
  typeof value === 'object' && value !== null && 'getQueryAndParameters' in value && 'expressionMap' in value

/** What a builder has that is no condition, by the method that gives it. */
const others: readonly [method: string, isThere: (map: BuilderParts['expressionMap']) => boolean][] = [
  ['take', ({ take }) => take !== undefined],
  ['skip', ({ skip }) => skip !== undefined],
  ['limit', ({ limit }) => limit !== undefined],
  ['offset', ({ offset }) => offset !== undefined],
  ['orderBy', ({ orderBys }) => Object.keys(orderBys).length > 0],
  ['distinctOn', ({ selectDistinctOn }) => selectDistinctOn.length > 0],
  ['setLock', ({ lockMode }) => lockMode !== undefined],
]

/**
 * The query of a ready SelectQueryBuilder, for the primary key. The builder itself stays as it is. Throws `USAGE.FILTER` for one of
 * another table, and for one that does more than to find rows.
 */
export function compileBuilder(builder: BuilderParts, entity: EntityParts, withDeleted: boolean): CompiledQuery {
  const { mainAlias, queryType, aliases } = builder.expressionMap
  const main = mainAlias?.hasMetadata ? mainAlias.metadata : undefined
  if (queryType !== 'select' || main?.tablePath !== entity.tablePath) {
    throw wrongCondition(
      `Expected a SelectQueryBuilder of ${entity.name}${main ? `, got one of ${main.name}` : ''}.`,
      'make it by the repository of the entity, with createQueryBuilder()',
    )
  }
  const methods = others.filter(([, isThere]) => isThere(builder.expressionMap)).map(([method]) => method)
  if (!selectsKey(builder, main)) methods.push('select')
  if (methods.length > 0) {
    throw wrongCondition(
      `The SelectQueryBuilder of ${entity.name} does more than to find rows: ${methods.join(', ')}.`,
      'leave that out: the backup has the rows that it finds, whole and in no order; join without selecting',
    )
  }
  // In the query nothing is left of what TypeORM passed over.
  const { findOptions, dataSource } = builder
  if (findOptions && 'where' in findOptions) checkCondition(findOptions.where, main, dataSource)
  refuseUnplaced(
    main,
    aliases.map((alias) => (alias.hasMetadata ? alias.metadata : undefined)),
  )
  return compiled(main, () => {
    const own = selectPrimaryKey(builder.clone(), main)
    return withDeleted ? own.withDeleted() : own
  })
}

/** The entity itself, as it is selected where nothing else is said, or its primary key. */
function selectsKey({ alias, expressionMap: { selects } }: BuilderParts, { primaryColumns }: EntityParts): boolean {
  const names = selects.map(({ selection }) => selection)
  const key = primaryColumns.map(({ propertyPath }) => `${alias}.${propertyPath}`)
  return (
    names.length === 0 ||
    (names.length === 1 && names[0] === alias) ||
    (names.length === key.length && key.every((name) => names.includes(name)))
  )
}
