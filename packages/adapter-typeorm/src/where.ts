import { type OrmWhere, ormWhere, refuseProblems } from '@pgark/core'
import type { EntitySchema, FindOptionsWhere, SelectQueryBuilder } from 'typeorm'
import { isOfTypeORM } from './data-source.ts'
import { unknownOptions } from './unknown-options.ts'

export interface WhereOptions {
  /** Whether soft-deleted rows are among them. Default: that of `fromTypeORM()`. */
  withDeleted?: boolean
}

/** As `where` of `find()`. */
export type ConditionOf<Entity> = FindOptionsWhere<Entity> | FindOptionsWhere<Entity>[]
/** The class of an entity, or its EntitySchema. */
export type EntityOf<Entity> = (abstract new (...args: never[]) => Entity) | EntitySchema<Entity>

/** What stands in an `OrmWhere` of this package. */
export interface TypeOrmCondition {
  readonly entity?: unknown
  readonly condition: unknown
  readonly withDeleted?: boolean
}

/**
 * Which rows, as TypeORM says it, for `filters`: a condition as for `find()`, or a ready `SelectQueryBuilder`. The entity stands before
 * the condition, or as type argument, so that a wrong field is an error of the compiler.
 *
 * ```ts
 * filters: { Order: where(Order, { status: 'paid', createdAt: MoreThanOrEqual(since) }) }
 * filters: { Order: where<Order>([{ status: 'paid' }, { customer: { country: 'NZ' } }]) }
 * ```
 */
export function where<Entity extends object>(
  entity: EntityOf<Entity>,
  condition: ConditionOf<NoInfer<Entity>>,
  options?: WhereOptions,
): OrmWhere
export function where<Entity extends object>(builder: SelectQueryBuilder<Entity>, options?: WhereOptions): OrmWhere
export function where<Entity extends object = never>(
  condition: ConditionOf<NoInfer<Entity>>,
  options?: WhereOptions,
): OrmWhere
export function where(...given: readonly unknown[]): OrmWhere {
  const isEntity = typeof given[0] === 'function' || isOfTypeORM(given[0], 'EntitySchema')
  const [condition, options = {}] = (isEntity ? given.slice(1) : given) as [unknown, WhereOptions?]
  const { withDeleted } = options
  refuseProblems(
    [
      ...unknownOptions('where()', options, ['withDeleted']),
      ...(withDeleted === undefined || typeof withDeleted === 'boolean'
        ? []
        : [{ message: 'Expected withDeleted of where() to be true or false.' }]),
    ],
    'USAGE.FILTER',
  )
  const held: TypeOrmCondition = {
    condition,
    ...(isEntity && { entity: given[0] }),
    ...(withDeleted !== undefined && { withDeleted }),
  }
  return ormWhere('typeorm', held)
}
