import { PgarkError } from '@pgark/core'

// What of TypeORM is used, by its shape: a DataSource may come from any copy of TypeORM, and of any loader of modules.

/** A `DataSource` of TypeORM, by its shape. */
export interface TypeOrmDataSource {
  readonly options: { readonly type: string }
  readonly isInitialized: boolean
  readonly entityMetadatas: readonly unknown[]
}

export interface DataSourceParts extends TypeOrmDataSource {
  readonly options: Readonly<Record<string, unknown>> & { readonly type: string }
  readonly entityMetadatas: readonly EntityParts[]
  readonly subscribers: readonly unknown[]
  /** Instances, once the metadata are built. */
  readonly migrations: readonly { readonly name?: string }[]
  /** Protected in the types, and the only way to the metadata without a connection. */
  buildMetadatas(): Promise<void>
  createQueryBuilder(target: unknown, alias: string): BuilderParts
}

/** https://typeorm.io/docs/data-source/data-source-api */
export interface EntityParts {
  readonly name: string
  readonly target: unknown
  readonly schema?: string
  readonly tableName: string
  /** `entity-child`: by single-table inheritance, in the table of another. */
  readonly tableType: string
  /** With its schema, where it has one. */
  readonly tablePath: string
  readonly columns: readonly ColumnParts[]
  readonly primaryColumns: readonly ColumnParts[]
  readonly relations: readonly RelationParts[]
  readonly allEmbeddeds: readonly { readonly propertyPath: string }[]
}

export interface ColumnParts {
  readonly propertyPath: string
  readonly databaseName: string
  /** Computed by a query, and no column. */
  readonly isVirtualProperty: boolean
}

export interface RelationParts {
  readonly propertyPath: string
  readonly isManyToOne: boolean
  readonly isOneToOneOwner: boolean
  /** Of a many-to-many relation, those of the join table. */
  readonly joinColumns: readonly ColumnParts[]
  readonly inverseEntityMetadata: EntityParts
  readonly junctionEntityMetadata?: EntityParts
}

export interface BuilderParts {
  readonly alias: string
  readonly dataSource: { readonly options: Readonly<Record<string, unknown>> }
  /** What `setFindOptions()` was given last; its condition stands in the query already. Clones have none. */
  readonly findOptions: { readonly where?: unknown }
  readonly expressionMap: {
    readonly mainAlias?: AliasParts
    readonly aliases: readonly AliasParts[]
    readonly queryType: string
    readonly selects: readonly { readonly selection: string }[]
    readonly orderBys: object
    readonly selectDistinctOn: readonly unknown[]
    readonly take?: number
    readonly skip?: number
    readonly limit?: number
    readonly offset?: number
    readonly lockMode?: string
  }
  escape(name: string): string
  clone(): BuilderParts
  select(selections: readonly string[]): this
  addSelect(selection: string, alias: string): this
  setOption(option: 'disable-global-order'): this
  withDeleted(): this
  setFindOptions(options: { where: unknown; withDeleted: boolean; loadEagerRelations: false }): this
  getQueryAndParameters(): [string, unknown[]]
}

interface AliasParts {
  readonly hasMetadata: boolean
  /** Throws where there are none. */
  readonly metadata: EntityParts
}

/** TypeORM marks its own objects so, for itself, when several copies of it meet. */
export const isOfTypeORM = (value: unknown, kind: string): boolean =>
  typeof value === 'object' && value !== null && (value as Record<string, unknown>)['@instanceof'] === Symbol.for(kind)

const databases: Readonly<Record<string, string>> = {
  'aurora-postgres': 'which is reached through an API of its own, not by a connection of PostgreSQL',
  cockroachdb: 'which has another catalogue than PostgreSQL',
}

/** Throws `USAGE.ORM` for what is no DataSource, or one of another database. */
export function dataSourceParts(given: TypeOrmDataSource): DataSourceParts {
  // From JavaScript anything can come.
  const { options, buildMetadatas } = (given ?? {}) as Partial<DataSourceParts>
  if (typeof options?.type !== 'string' || typeof buildMetadatas !== 'function') {
    throw new PgarkError('USAGE.ORM', 'Expected a DataSource of TypeORM.', {
      hint: 'give what new DataSource({ type: "postgres", … }) makes',
    })
  }
  if (options.type !== 'postgres') {
    const why = databases[options.type] ?? 'not of PostgreSQL'
    throw new PgarkError('USAGE.ORM', `The DataSource is one of ${options.type}, ${why}.`, {
      hint: 'give a DataSource of type postgres',
    })
  }
  return given as DataSourceParts
}
