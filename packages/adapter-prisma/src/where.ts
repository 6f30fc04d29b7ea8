import { type OrmWhere, ormWhere } from '@pgark/core'

/** A condition of Prisma on a model. */
export interface PrismaWhere<Where = unknown> extends OrmWhere {
  readonly orm: string
  readonly condition: Where
}

/**
 * Which rows of a model a backup has, in the words of Prisma. Its fields are checked by the compiler with the type that Prisma
 * generated, or with {@link PrismaFilters}; before the backup they are checked in any case.
 *
 * ```ts
 * filters: { Order: where<Prisma.OrderWhereInput>({ status: 'PAID', createdAt: { gte: since } }) }
 * ```
 *
 * What is undefined in it is an error (`USAGE.FILTER`) and not passed over, as Prisma does. Query extensions are not applied.
 */
export const where = <Where = unknown>(condition: NoInfer<Where>): PrismaWhere<Where> =>
  ormWhere('prisma', condition) as PrismaWhere<Where>

/**
 * Filters of a backup by the names of models, each with what Prisma generated for its `where`:
 *
 * ```ts
 * filters: { Order: where({ status: 'PAID' }) } satisfies PrismaFilters<typeof prisma>
 * ```
 */
export type PrismaFilters<Client> = {
  readonly [Property in keyof Client & string as ModelName<Client[Property]>]?: PrismaWhere<WhereOf<Client[Property]>>
}

/** What Prisma notes of a model in the type of `prisma.order`, of an extended client too. */
type ModelName<Delegate> = Delegate extends {
  readonly [key: symbol]: { readonly types: { readonly payload: { readonly name: infer Name } } }
}
  ? // Of methods that Prisma types as any it would be any text.
    string extends Name
    ? never
    : Name & string
  : never

type WhereOf<Delegate> = Delegate extends {
  readonly [key: symbol]: {
    readonly types: { readonly operations: { readonly findMany: { readonly args: infer Query } } }
  }
}
  ? Query extends { where?: infer Where }
    ? NonNullable<Where>
    : never
  : never
