import type { Contents, RestoreNeeds } from '../manifest/contents.ts'
import type { CallOptions } from './exporter.ts'
import type { ObjectSink, ObjectSource } from './objects.ts'
import type { OrmAdapter, OrmMigrations } from './orm.ts'
import type { Finding, RunContext, TableName } from './run.ts'
import type { Cleaner, FilterInput, OnOrphans, Renames } from './shaping.ts'

/**
 * Which objects of a database. Patterns are those of pg_dump: `name` or `schema.name`, `*` and `?`, double quotes for exact names;
 * a name without a schema means what the role's own search_path finds. A pattern that matches nothing is an error.
 */
export interface Selection {
  /** Only these schemas. */
  schemas?: readonly string[]
  excludeSchemas?: readonly string[]
  /** Only these tables, views, sequences; `schemas` then has no effect, as in pg_dump. */
  tables?: readonly string[]
  excludeTables?: readonly string[]
  /** Their definitions are kept, their rows are not. */
  excludeTableData?: readonly string[]
  /** Definitions without rows. Default false. */
  schemaOnly?: boolean
  /** Rows without definitions. Default false. */
  dataOnly?: boolean
  /** Leave out who owns what. Default false. */
  noOwner?: boolean
  /** Leave out grants. Default false. */
  noPrivileges?: boolean
}

export type CompressionCodec = 'none' | 'gzip' | 'zstd'

export interface Compression {
  readonly codec: CompressionCodec
  /** gzip 1-9 (default 6), zstd 1-19 (default 1). */
  readonly level?: number
}

/** What a backup is to contain, as core hands it to an engine: checked and complete. */
export interface BackupRequest {
  readonly id: string
  /** The name of the one object of a single-object format, where it is given; otherwise the engine names it. */
  readonly objectName: string | undefined
  /** One of the engine's `formats`. */
  readonly format: string
  readonly compression: Compression
  /** How many connections read rows; undefined where one stream is written, which is the engine's own matter. */
  readonly jobs: number | undefined
  /** Of a table that is larger, about this much on the server's disk makes up a chunk of its data, which can be checked on its own. */
  readonly chunkBytes: number
  readonly selection: Selection
  /** The user's own facts, written into the manifest and the header of a plain file. */
  readonly metadata: Readonly<Record<string, string>>
  /** Plain format: begin with comments that tell where the file comes from. */
  readonly header: boolean
  /** Plain format: restore with triggers and foreign keys switched off (`session_replication_role = replica`). */
  readonly disableTriggers: boolean
  /** The encoding of the written text; undefined is the database's own. */
  readonly encoding: string | undefined
  /** Read at SERIALIZABLE READ ONLY DEFERRABLE: no serialisation anomaly can be in the backup, at the price of a possible wait. */
  readonly serializable: boolean
  /** Which rows, by table pattern; none where it is empty. */
  readonly filters: Readonly<Record<string, FilterInput>>
  readonly onOrphans: OnOrphans
  /** Write the values of filters into the backup, not only how many they are and their hash. */
  readonly filterValues: boolean
  readonly renames: Renames
  /** What the definitions look like, applied in order. */
  readonly cleaners: readonly Cleaner[]
}

/** What a table would be read with, and what that comes to. */
export interface TableEstimate extends TableName {
  readonly rows: number
  /** Their share of what the table takes on the server's disk, indexes not counted. */
  readonly bytes: number
  /** What they are without filters. */
  readonly allRows: number
  readonly allBytes: number
  /** The filter's name; undefined where the table has none. */
  readonly filter: string | undefined
}

export interface EstimateRequest extends BackupRequest {
  /** Count instead of asking the planner. */
  readonly exact: boolean
}

/** A part of an archive: definitions that rows need, rows, definitions that need rows. */
export type RestoreSection = 'pre-data' | 'data' | 'post-data'

/**
 * What becomes of what a restore finds in its target under the names of what it creates.
 *
 * - `fail`: all of it is named and nothing is changed.
 * - `append`: it is kept as it is, and rows are added to those of tables.
 * - `truncate`: it is kept as it is, but tables are emptied whose rows are restored.
 * - `drop`: it is dropped and made anew, unless something depends on it that is not restored.
 * - `drop-cascade`: it is dropped with everything that depends on it.
 */
export type OnExisting = 'fail' | 'append' | 'truncate' | 'drop' | 'drop-cascade'

/** How a backup is to be restored, as core hands it to an engine. */
export interface RestoreRequest {
  /** Patterns are for archives; one without a schema means any. */
  readonly selection: Selection
  /** Only these parts of an archive; undefined: all. */
  readonly sections: readonly RestoreSection[] | undefined
  /** Anything but `fail` is for archives that can be read at will. */
  readonly onExisting: OnExisting
  /** Create the target database first; it must not exist. */
  readonly createDatabase: boolean
  /** Restore into a new database, like the target, which then takes its name; the target is kept under another one. */
  readonly intoNew: boolean
  /**
   * All or nothing, in one transaction. False: what was restored before an error is kept. Undefined: one transaction for what can
   * only be read from its beginning to its end; an archive is restored by several connections, and a database that was created for
   * it is dropped again when that fails.
   */
  readonly singleTransaction: boolean | undefined
  /** How many connections restore an archive; undefined is the engine's choice. */
  readonly jobs: number | undefined
  /** Whether restored tables are analysed; undefined: unless their statistics are restored. */
  readonly analyze: boolean | undefined
  /** Read back what was restored and compare it with the backup. */
  readonly verify: boolean
  /** `SET ROLE` to this role first. */
  readonly role: string | undefined
  /** Where everything goes that takes up room, whatever the backup says; undefined: where the backup says. */
  readonly tablespace: string | undefined
  /** Several connections may load one table of an archive at once; its rows then lie in another order than before. */
  readonly unordered: boolean
  /** Entries of an archive that may fail, by `kind:name`; undefined: none. Each that does is undone alone, and told as a finding. */
  readonly allow: readonly string[] | undefined
  /** New names for what an archive has. Selection and `allow` speak of the old ones. */
  readonly renames: Renames
  /** Check everything that can be checked; change nothing. */
  readonly dryRun: boolean
  /** Asked before the first statement that destroys something. Undefined: never consents. */
  readonly consent: ((question: ConsentQuestion) => Promise<boolean>) | undefined
}

export interface ConsentQuestion {
  /** The database that would be changed. */
  readonly database: string
  /** What would be destroyed, for example `DROP TABLE public.orders`. */
  readonly action: string
  /** What a person should know to answer, where it is nothing that the backup itself says. */
  readonly sentence?: string
  /** All that would be destroyed or added to, where that is known beforehand, such as `table public.orders, about 1,200 rows`. */
  readonly objects?: readonly string[]
}

export interface RestoredTable extends TableName {
  readonly rows: number
  /** What the backup says; undefined where it has no manifest. */
  readonly expectedRows: number | undefined
}

/** What a restore did. `findings` with severity `error` mean that it does not match the backup. */
export interface RestoreReport {
  readonly database: string
  /** Statements executed, COPY blocks included. */
  readonly statements: number
  /** Statements passed over on request (owners, privileges, sections) or because the target does not know a setting. */
  readonly skipped: number
  readonly tables: readonly RestoredTable[]
  readonly rows: number
  readonly findings: readonly Finding[]
  readonly dryRun: boolean
  /** With `intoNew`: the database that was there before. */
  readonly replaced?: ReplacedDatabase
}

export interface ReplacedDatabase {
  /** Its name from now on. */
  readonly keptAs: string
  /** The statement that removes it. */
  readonly drop: string
}

export interface ColumnInfo {
  readonly name: string
  /** As `format_type` prints it. */
  readonly type: string
  readonly notNull: boolean
  /** A generated column has no bytes of its own in a backup. */
  readonly isGenerated: boolean
}

export interface TableInfo extends TableName {
  readonly columns: readonly ColumnInfo[]
  /** Column names of the primary key, in its order; empty when there is none. */
  readonly primaryKey: readonly string[]
  readonly isPartitioned: boolean
  /** The planner's estimate; -1 when never analysed. */
  readonly estimatedRows: number
  /** On disk, TOAST included, without indexes. */
  readonly sizeBytes: number
}

export interface DatabaseInfo {
  readonly database: string
  readonly serverVersion: string
  readonly encoding: string
  readonly schemas: readonly string[]
  readonly tables: readonly TableInfo[]
}

export interface InspectOptions extends CallOptions {
  readonly selection?: Selection
}

/** Exactly what a backup would read. */
export interface BackupPlan {
  readonly database: string
  readonly serverVersion: string
  /** What would write the definitions, for example `pg_dump 17.5 (WASM)`. */
  readonly definitions: string
  readonly tables: readonly (TableName & {
    /** The statement that reads the rows, with `$1` for the first value of a filter. */
    readonly sql: string
    readonly estimatedRows: number
    readonly sizeBytes: number
  })[]
}

/** What would help or hinder a backup. */
export interface Diagnosis {
  readonly findings: readonly Finding[]
  /** Rows and large objects on disk, before compression. */
  readonly sizeBytes: number
  /** What a restore would need; undefined where the definitions could not be read. */
  readonly needs: RestoreNeeds | undefined
}

/** Who answers. */
export interface ServerFacts {
  readonly database: string
  /** `16.14` */
  readonly serverVersion: string
}

/** Whose definitions are compared, and what of them is no difference. */
export interface DefinitionsRequest extends Pick<RestoreRequest, 'sections' | 'tablespace'> {
  /** New names that a restore gives to what the backup has, before anything of it is there. Undefined: none. */
  readonly renames?: Renames
  /** Of which objects of the backup; `noOwner`, `noPrivileges`: these may differ. */
  readonly selection: Selection
  /** What the database has beyond the backup is a difference. Otherwise only what it has on the same objects is: another index, a comment. */
  readonly isAlone: boolean
}

/** The definitions of a backup, read and ready to be compared. */
export interface StoredDefinitions {
  /** Compares them with those of the engine's database. What servers of other major versions say otherwise is information. */
  compare(run: RunContext): Promise<readonly Finding[]>
}

/** A database system that can be backed up. It knows nothing of where backups are kept. */
export interface Engine<Conditions = unknown> {
  readonly specVersion: 1
  /** Stable, lower case: `postgres`. */
  readonly name: string
  /** What it is connected to, for people. Never contains a secret. */
  readonly location: string
  /** What it can write; the first is the default. */
  readonly formats: readonly string[]
  /** The application whose names a selection and filters may use; core translates them before it calls the engine. */
  readonly orm?: OrmAdapter<Conditions>
  /** The database's own name, percent-encoded into the id of a backup that has no other name. */
  databaseName(options?: CallOptions): Promise<string>
  /** Which server it is, and which database; for proofs. */
  server?(options?: CallOptions): Promise<ServerFacts>
  inspect(options?: InspectOptions): Promise<DatabaseInfo>
  /** What `backup` would read, without reading it: the dry run. */
  plan(request: BackupRequest, run: RunContext): Promise<BackupPlan>
  /** Has the server check every filter, and rejects with `USAGE.FILTER` or all problems at once; reads no rows. */
  validateFilters?(request: BackupRequest, run: RunContext): Promise<readonly Finding[]>
  /** What a backup would come to, table by table. */
  estimate?(request: EstimateRequest, run: RunContext): Promise<readonly TableEstimate[]>
  /**
   * Writes every object of the backup to `sink` and answers what is in it. All of it is the database at one instant. When it
   * rejects, core removes what was written.
   */
  backup(request: BackupRequest, sink: ObjectSink, run: RunContext): Promise<Contents>
  /** Reads every byte of the backup and recounts it, without a database. */
  verify(source: ObjectSource, run: RunContext): Promise<readonly Finding[]>
  /** Compares the backup with this engine's database. */
  compare(source: ObjectSource, run: RunContext): Promise<readonly Finding[]>
  /**
   * Reads the definitions of a backup, without a connection. Rejects with `REFUSED.FORMAT` where they cannot be told apart, as in a
   * script.
   */
  readDefinitions?(source: ObjectSource, request: DefinitionsRequest, run: RunContext): Promise<StoredDefinitions>
  /** Restores into this engine's database. Stops at the first error; none is ever ignored. */
  restore(request: RestoreRequest, source: ObjectSource, run: RunContext): Promise<RestoreReport>
  /** The migrations that the database notes as applied, in their order; undefined where it has no such table. */
  appliedMigrations?(migrations: OrmMigrations, options?: CallOptions): Promise<readonly string[] | undefined>
  /** Looks at everything that a backup of the whole database depends on, without reading rows. */
  diagnose?(run: RunContext): Promise<Diagnosis>
  /** Looks whether what has these needs could be restored into this engine's database, without changing it. */
  diagnoseTarget?(needs: RestoreNeeds, run: RunContext): Promise<readonly Finding[]>
}
