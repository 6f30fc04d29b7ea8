import { ormWhere, type TypedWhere } from '@pgark/core'

/** A condition of Prisma on a model. */
export interface PrismaWhere<Where = unknown> extends TypedWhere<Where> {}

/**
 * Which rows of a model a backup has, in the words of Prisma. In the filters of a backup with `fromPrisma(prisma)` the compiler checks
 * its fields with the types that Prisma generated; before the backup they are checked in any case.
 *
 * ```ts
 * filters: { Order: where({ status: 'PAID', createdAt: { gte: since } }) }
 * ```
 *
 * Elsewhere it takes anything, unless it is told what: `where<Prisma.OrderWhereInput>({ … })`, {@link PrismaFilters}.
 *
 * What is undefined in it is an error (`USAGE.FILTER`) and not passed over, as Prisma does. Query extensions are not applied.
 */
export function where<Where = unknown>(condition: NoInfer<Where>): PrismaWhere<Where>
/** Never called: with it the compiler waits with a condition until it knows the client. See `TypedWhere` of `@pgark/core`. */
export function where<Later>(...never: [never, never]): () => Later
export function where(condition: unknown): unknown {
  return ormWhere('prisma', condition)
}

/**
 * Filters by the names of models, each with what Prisma generated for its `where`, where they do not stand in the options of a backup:
 *
 * ```ts
 * const filters = { Order: where({ status: 'PAID' }) } satisfies PrismaFilters<typeof prisma>
 * ```
 */
export type PrismaFilters<Client> = {
  readonly [Model in keyof WheresOf<Client>]?: PrismaWhere<WheresOf<Client>[Model]>
}

/** What the models of a client take as `where`, by their names; unknown for a client whose type does not tell its models. */
export type PrismaConditions<Client> = keyof WheresOf<Client> extends never ? unknown : WheresOf<Client>

type WheresOf<Client> = {
  readonly [Property in keyof Client & string as ModelName<Client[Property]>]: WhereOfModel<Client[Property]>
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

type WhereOfModel<Delegate> = Delegate extends {
  readonly [key: symbol]: {
    readonly types: { readonly operations: { readonly findMany: { readonly args: infer Query } } }
  }
}
  ? Query extends { where?: infer Where }
    ? NonNullable<Where>
    : never
  : never
