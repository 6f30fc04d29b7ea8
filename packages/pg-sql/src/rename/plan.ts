/** What a name names. Relations are tables, views, sequences and indexes; procedures and aggregates are functions. */
export type NameKind =
  | 'relation'
  | 'type'
  | 'function'
  | 'operator'
  | 'collation'
  | 'conversion'
  | 'operatorClass'
  | 'operatorFamily'
  | 'statistics'
  | 'textSearchConfiguration'
  | 'textSearchDictionary'
  | 'textSearchParser'
  | 'textSearchTemplate'

/** Where an object goes. Without a schema its qualifier is taken away: it is found by the search_path. */
export interface NewName {
  readonly schema: string | undefined
  readonly name: string
}

/** What is renamed. Names are as they are stored: unquoted, with their capitals. */
export interface RenamePlan {
  /** The new name of a schema; undefined: it keeps its own. */
  schema(name: string): string | undefined
  /**
   * What an object that the script defines is called afterwards; undefined: as before. It is asked by the place in which a name
   * stands, so also for what has no definition of its own: a table, view or sequence as a `type` (its rows), a composite type as a
   * `relation` (its columns), a range type's constructors as `function`, its multirange type, an array type by its own name. Only an
   * operator that others name as commutator or negator and that is not known here follows its schema.
   */
  object(kind: NameKind, schema: string, name: string): NewName | undefined
  /** Whether a constraint stands on an index, and so shares its name. */
  isIndexConstraint(schema: string, table: string, name: string): boolean
  /** Every word that may have to change: names of schemas and of objects. */
  readonly words: ReadonlySet<string>
}

/** What mentions a name and was left as it is: the body of a function, or a literal. `what` is its text. */
export interface RenameNote {
  readonly level: 'body' | 'string'
  readonly what: string
}

export interface RenamedSql {
  readonly sql: string
  /** How many names and literals were changed. */
  readonly edits: number
  readonly notes: readonly RenameNote[]
}
