import type { OrmWhere } from './orm.ts'
import type { FilterInput } from './shaping.ts'

// How the compiler comes to check a bare where({ … }). The adapter of an ORM says what conditions each model takes, the engine passes
// that on, and the filters of a backup expect for each model a where() of its conditions: from that, what where() takes is inferred.
// Properties by these names are in types only.

/** Of an adapter: the types of conditions by the names of models. */
export declare const conditionTypes: unique symbol
declare const conditionTaken: unique symbol
declare const conditionGiven: unique symbol

/** What a condition would have to be under a name that no model has, as the compiler says it. Nothing is that. */
interface NoModelOfThatName {
  readonly [conditionGiven]: never
}

/** What a model takes. A where() of unknown conditions is taken by every model, as one that has no type is. */
interface WhereFor<Condition> extends OrmWhere {
  readonly [conditionTaken]?: (condition: Condition) => void
}

interface WhereForNoModel extends OrmWhere {
  readonly [conditionGiven]?: NoModelOfThatName
}

/**
 * For adapters: what `where()` returns, where the compiler can know what it takes. It infers that from the filters that the condition
 * stands in, and waits with it until it knows the engine, if `where` has a second signature that returns a generic function:
 *
 * ```ts
 * export function where<Condition = unknown>(condition: NoInfer<Condition>): TypedWhere<Condition>
 * export function where<Later>(...never: [never, never]): () => Later
 * ```
 */
export interface TypedWhere<Condition> extends WhereFor<Condition> {
  readonly [conditionGiven]?: Condition
}

/**
 * Which rows, by table or model. Where the engine's ORM tells what conditions its models take, a `where({ … })` that stands here is
 * checked against those of the model that it stands for.
 */
export type BackupFilters<Conditions = unknown> = {
  readonly [Model in keyof Conditions]?: FilterInput | WhereFor<Conditions[Model]>
} & Readonly<Record<string, FilterInput | OrmWhere | ForOtherNames<Conditions>>>

/** Undecided is what an engine leaves that has no `orm` at all, not even in its type: as long as that is so, `Conditions` is never. */
type ForOtherNames<Conditions> = [Conditions] extends [never]
  ? never
  : unknown extends Conditions
    ? never
    : WhereForNoModel
