import type { Identifier } from '../sql/ident.ts'
import type { CompiledQuery, Sql } from './shaping.ts'
import type { conditionTypes } from './typed-where.ts'

/**
 * What an application's ORM knows: where its database is, and what it calls tables and columns. It is an alias layer, never the list
 * of what there is: that comes from the catalogue, with all that the ORM hides.
 *
 * ```ts
 * const engine = postgres(fromPrisma(prisma))
 * ```
 */
export interface OrmAdapter<Conditions = unknown> {
  /**
   * Of no value, and never there: it tells the compiler what conditions the models take, by their names, where the type of the
   * application's client or the like says so. Unknown: any.
   */
  readonly [conditionTypes]?: Conditions
  readonly specVersion: 1
  /** Stable, lower case: `prisma`. */
  readonly name: string
  /** Where the application's database is. Opens no connection. Throws `USAGE.ORM` where that cannot be told, with where it looked. */
  connection(): OrmConnection
  /** Everything that has a name in the application. Opens no connection. Rejects with `USAGE.ORM` where the mapping cannot be read. */
  models(): Promise<readonly OrmModel[]>
  /**
   * The query by which the ORM would find these rows, for the primary key of the model, in its order. Opens no connection. Rejects with
   * `USAGE.FILTER`, which quotes no value, for what the ORM does not understand; a field that is undefined is never passed over.
   */
  compile(model: OrmModel, where: OrmWhere): Promise<CompiledQuery>
  /** Undefined where the ORM has no migrations, or the application does not use them. */
  readonly migrations?: OrmMigrations | undefined
}

export interface OrmConnection {
  /** Where it was found, for people, without secrets: `datasource.url of prisma.config.ts`. */
  readonly origin: string
  /** As `postgres()` takes them, which includes those of node-postgres. */
  readonly options: Readonly<Record<string, unknown>>
}

/** A model, entity, view or join table. */
export interface OrmModel {
  /** What the application calls it: `Order`. */
  readonly name: string
  /** Undefined: what the search_path finds. */
  readonly schema: string | undefined
  /** As the database calls it: `orders`. */
  readonly table: string
  /** Columns by the names of fields, as far as a field has one column. Embedded ones have a path: `home.zip`. */
  readonly columns: Readonly<Record<string, string>>
  /** Whether the table has rows of other models, too, as with single-table inheritance: so that it is not meant by this one. Default false. */
  readonly isPartOfTable?: boolean
}

/** The property by which what `where()` of an adapter returns is recognised, whatever copy of whatever package made it. */
export const whereMarker: unique symbol = Symbol.for('pgark.where')

/** Which rows of a model, as its ORM says it. */
export interface OrmWhere {
  readonly [whereMarker]: true
  /** The name of the adapter that understands it. */
  readonly orm: string
  readonly condition: unknown
}

/** How an ORM notes which of an application's migrations were applied. */
export interface OrmMigrations {
  /** Where, as the database calls it; without a schema what the search_path finds. */
  readonly table: { readonly schema: string | undefined; readonly name: string }
  /** A query for one column: the names of the applied ones, in their order. */
  applied(table: Identifier): Sql
  /** Those that the application has, in their order. Rejects with `USAGE.ORM` where they cannot be read. */
  ofApplication(): Promise<readonly string[]>
  /** What applies the missing ones: `npx prisma migrate deploy`. */
  readonly command: string
}
