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

export interface FilterContext {
  readonly serverVersion: string
  readonly signal: AbortSignal
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

/** One object's definition, as pg_dump wrote it. */
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
  /** The definition to write instead, or undefined to leave it out. */
  clean(definition: Definition, context: CleanContext): Definition | undefined | Promise<Definition | undefined>
}
