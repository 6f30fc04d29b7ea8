import type { ColumnInfo, TableInfo } from './engine.ts'

/** A piece of SQL whose text, identifiers and values are kept apart until the engine renders them with its own quoting. */
export interface Sql {
  /** Text around the parts: one longer than `parts`. */
  readonly text: readonly string[]
  readonly parts: readonly SqlPart[]
}

export type SqlPart =
  | { readonly kind: 'identifier'; readonly names: readonly string[] }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'sql'; readonly sql: Sql }

/** A query of an ORM or query builder that yields the primary keys of the rows: `$1` stands for the first of `values`. */
export interface CompiledQuery {
  readonly text: string
  readonly values: readonly unknown[]
  /**
   * Which columns of the table it has the values of, as an ORM knows them that has keys of its own. Where they are not the columns of the
   * primary key, in whatever order, the query is refused.
   */
  readonly key?: readonly string[]
}

/** Which rows of a table: a filter, a condition, a query for primary keys, or the text of a whole `SELECT` over the table. */
export type FilterInput = Filter | Sql | CompiledQuery | string

/**
 * What happens when filters leave rows out that others, which stay, refer to. `fail`: the backup is refused, each foreign key named.
 * `report`: a warning for each. `notValid`: those foreign keys are written NOT VALID, and the manifest says so.
 */
export type OnOrphans = 'fail' | 'report' | 'notValid'

/** New names, by old ones. A table without a schema means the one of that name in any schema; its new name has none. */
export interface Renames {
  readonly schemas: Readonly<Record<string, string>>
  readonly tables: Readonly<Record<string, string>>
}

export interface FilterContext {
  readonly serverVersion: string
  readonly signal: AbortSignal
  /** The beginning of the run by the server's clock, as a literal of a timestamptz in UTC. The same for all of a backup. */
  readonly now: string
  /** The table's column of that name; an unknown name is an error with the closest ones. */
  column(name: string): ColumnInfo
}

/** Which rows of a table. */
export interface Filter {
  readonly specVersion: 1
  readonly name: string
  /** A condition over that one table: what would stand after WHERE. */
  where(table: TableInfo, context: FilterContext): Sql | Promise<Sql>
}

/** One object's definition, as pg_dump wrote it. Where the text of a backup is not UTF-8, each character stands for one byte of it. */
export interface Definition {
  /** pg_dump's word for it: `TABLE`, `FUNCTION`, `FK CONSTRAINT`. */
  readonly kind: string
  readonly schema?: string
  readonly name: string
  readonly sql: string
  readonly dropSql?: string
}

export interface CleanContext {
  readonly serverVersion: string
  readonly signal: AbortSignal
}

/** What the definitions look like. Never sees row data. */
export interface Cleaner {
  readonly specVersion: 1
  readonly name: string
  /** Never leaves a definition out, and is refused if it does: rows can be read before it has seen all of them. Default false. */
  readonly keepsAll?: boolean
  /** The definition of the same object to write instead, or undefined to leave it out. */
  clean(definition: Definition, context: CleanContext): Definition | undefined | Promise<Definition | undefined>
}
