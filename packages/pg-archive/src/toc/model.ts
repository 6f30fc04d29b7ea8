/** A pg_dump archive up to the end of its table of contents. */
export interface Archive {
  readonly header: ArchiveHeader
  readonly entries: readonly TocEntry[]
  /** Offset of the first byte behind the table of contents: in the custom format, where the data blocks begin. */
  readonly tocEnd: number
}

/** What stands before the table of contents. */
export interface ArchiveHeader {
  /** Archive version, 1.12 (PostgreSQL 9.0) to 1.16 (17 and 18). */
  readonly version: { readonly major: number; readonly minor: number; readonly revision: number }
  /** Bytes of an integer, without its sign byte. */
  readonly intSize: number
  /** Bytes of a file offset. */
  readonly offsetSize: number
  /** `custom` is `pg_dump -Fc`; `directory` is the `toc.dat` of `-Fd` and `-Ft`, which both write tar's format code. */
  readonly format: 'custom' | 'directory'
  readonly compression: Compression
  /** Local time of the machine that dumped, as C's `struct tm` has it. */
  readonly created: CreationTime
  /** Name of the dumped database. */
  readonly database: string | undefined
  readonly serverVersion: string | undefined
  readonly pgDumpVersion: string | undefined
}

/** How data blocks are compressed. Archives before 1.15 name only gzip's level; from 1.15 on only the algorithm. */
export interface Compression {
  readonly algorithm: 'none' | 'gzip' | 'lz4' | 'zstd'
  readonly level: number | undefined
}

export interface CreationTime {
  readonly second: number
  readonly minute: number
  readonly hour: number
  readonly day: number
  /** 0 to 11. */
  readonly month: number
  /** Years since 1900. */
  readonly year: number
  /** Positive during daylight saving time, 0 outside, negative when unknown. */
  readonly isDst: number
}

/** The part of a restore to which an entry belongs. `none` is what is not restored by itself, such as ACLs of pg_dump ≤ 9.x. */
export type Section = 'none' | 'pre-data' | 'data' | 'post-data'

/** One object of the archive. A string is undefined exactly where the archive has NULL; an empty string stays an empty string. */
export interface TocEntry {
  /** Unique within the archive and positive; what `dependencies` refer to. */
  readonly dumpId: number
  /** Whether the entry has data in the archive. */
  readonly hadDumper: boolean
  /** Catalogue (`pg_class`, …) and row that the object has on the dumped server; 0 where it has none. */
  readonly catalogId: { readonly tableOid: number; readonly oid: number }
  readonly tag: string | undefined
  /** The kind: `TABLE`, `FK CONSTRAINT`, `ACL` … */
  readonly description: string | undefined
  readonly section: Section
  readonly definition: string | undefined
  readonly dropStatement: string | undefined
  readonly copyStatement: string | undefined
  readonly schema: string | undefined
  readonly tablespace: string | undefined
  /** From archive 1.14 on. */
  readonly tableAccessMethod: string | undefined
  /** `pg_class.relkind`, from archive 1.16 on; undefined for what is no relation. */
  readonly relkind: string | undefined
  readonly owner: string | undefined
  /** `'false'`, or `'true'` for a table WITH OIDS of a server before 12. */
  readonly withOids: string | undefined
  /** Dump ids of the entries that this one needs. May name ids that are not in the archive. */
  readonly dependencies: readonly number[]
  readonly data: DataLocation
}

/** Where an entry's data is. */
export type DataLocation =
  | { readonly kind: 'none' }
  /** Custom format: the block's offset, or undefined where the writer could not seek back to note it. */
  | { readonly kind: 'block'; readonly offset: bigint | undefined }
  /** Directory and tar: the file beside `toc.dat`. */
  | { readonly kind: 'file'; readonly name: string }
