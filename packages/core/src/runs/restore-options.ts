import type { ConsentQuestion, Engine, OnExisting, RestoreSection, Selection } from '../contracts/engine.ts'
import type { Exporter } from '../contracts/exporter.ts'
import type { RunOptions } from '../contracts/run.ts'

/**
 * What to restore, into which database, and how.
 *
 * A selection by names is for archives. With tables and schemas comes what they need, such as types and sequences, but for a foreign
 * key no other table: the report says which are left out.
 */
export interface RestoreOptions extends Selection, RunOptions {
  /** The database that is written to, for example `postgres(stagingUrl)`. */
  engine: Engine
  /** A destination or a file, or the bytes of a file as a stream. */
  from: Exporter | AsyncIterable<Uint8Array>
  /** Which backup, where `from` may hold several. */
  id?: string
  /**
   * What becomes of what is there already under the names of what is restored. Default `fail`: all of it is named before anything is
   * changed. `append` keeps it and adds the rows, `truncate` keeps it and replaces the rows, `drop` makes it anew unless something
   * else depends on it, `drop-cascade` makes it anew and drops what depends on it. Each asks for `consent` with a list of what it
   * destroys or adds to. For archives, in a database that is there.
   */
  onExisting?: OnExisting
  /** Create the database first; it must not exist. Default false. */
  createDatabase?: boolean
  /**
   * Restore into a new database beside the engine's, like it in encoding, locale, owner, rights, comment and settings; once it is
   * compared with the backup the two change names. The old one is kept as `<name>_before_<utc>`. Whatever fails before, it was never
   * touched. Sessions in it are ended only with `consent`. Default false.
   */
  intoNew?: boolean
  /**
   * True: all or nothing, on one connection. False: what was restored before an error is kept. Default: all or nothing for plain
   * dumps and whatever comes as a stream; archives are restored by several connections, without a transaction around it all, after
   * everything that can be checked has been.
   */
  singleTransaction?: boolean
  /** How many connections restore an archive at once, 1 to 64. Default: as many as there are CPUs, at most 4. */
  jobs?: number
  /** ANALYZE the restored tables of an archive that several connections restore. Default true, unless it has their statistics. */
  analyze?: boolean
  /** Read back what was restored, every row of it, and compare it with the backup. Default true; a backup without a manifest has nothing to compare with. */
  verify?: boolean
  /**
   * Compare the definitions, too, once everything is restored; for archives that do not come as a stream. What is different is a
   * finding: nothing is taken back. Default false.
   */
  definitions?: boolean
  /** Store what was found beside the backup, where it has a manifest. Default true. */
  proof?: boolean
  /** `SET ROLE` to this role first. */
  role?: string
  /** Only these parts of an archive, as `pg_restore --section`. */
  sections?: readonly RestoreSection[]
  /**
   * Where everything goes that takes up room: tables, indexes, partitioned ones too, materialised views; PostgreSQL keeps sequences with the database. It must be there,
   * and the role must have CREATE on it. `pg_default` is whichever the database is in. Default: where the backup says.
   */
  tablespace?: string
  /**
   * Let several connections load one large table at once, from an archive whose data are stored in several parts: a folder that
   * pgark made. Faster, and the rows lie in another order than before. A table with a BRIN index or one that is clustered is loaded
   * in order all the same, and so are rows that go into tables which are there; findings `RESTORE.IN_ORDER` say so. Default false.
   */
  unordered?: boolean
  /**
   * What may fail: entries of an archive, as `extension:postgis`, `comment:public.*`, `foreign-key:public.orders.orders_customer_fkey`.
   * The kind is that of `pgark show --toc` in lower case with dashes; the name that of the object, `*` and `?` stand for any text and any
   * character, and the schema may be left out. When a statement of such an entry fails, all of the entry is undone, a finding
   * `RESTORE.ALLOWED` tells of it, and the restore goes on; what depends on it fails unless it is allowed, too. With `table-data:…` rows
   * may be missing. Default: nothing.
   */
  allow?: readonly string[]
  /** New names of the schemas of an archive, by their old ones: `{ production: 'staging' }`. */
  renameSchemas?: Readonly<Record<string, string>>
  /** New names of its tables, by their old ones, as `papers` or `shop.papers`; the new ones have no schema. */
  renameTables?: Readonly<Record<string, string>>
  /** Check the backup and the target; change nothing. Default false. */
  dryRun?: boolean
  /** Asked before anything is destroyed. Default: never consents. */
  consent?: (question: ConsentQuestion) => Promise<boolean>
}

/** Options that choose by patterns of names. */
export const patternLists = ['schemas', 'excludeSchemas', 'tables', 'excludeTables', 'excludeTableData'] as const
