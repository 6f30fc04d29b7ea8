import { z } from 'zod'
import type { HashedObject } from '../contracts/objects.ts'
import type { TableName } from '../contracts/run.ts'
import type { Renames } from '../contracts/shaping.ts'
import { hashedObjectSchema, sha256Schema } from './hashed-object.ts'
import { type Requirements, requirementsSchema } from './requirements.ts'

/** One table's rows in a backup. */
export interface ContentsTable extends TableName {
  readonly rows: number
  /** Bytes of COPY text. */
  readonly bytes: number
  /** Of the rows, whatever their order, as the engine defines it: 32 hex digits. */
  readonly digest: string
  /** The columns of a row, in order. */
  readonly columns: readonly string[]
  /** The object that holds them, by its name within the backup. */
  readonly object: string
  /** Parts of the object that follow each other from its beginning; absent where it is all one. */
  readonly chunks?: readonly ContentsChunk[] | undefined
  /** The table that the rows are loaded into, where that is not the table itself: the root of a hash partition on an enum. */
  readonly loadInto?: TableName | undefined
  /** Which of its rows are here; absent where all are. */
  readonly filter?: RecordedFilter | undefined
}

/** A filter as it was applied. */
export interface RecordedFilter {
  readonly name: string
  /** The condition, with `$1` for the first value. */
  readonly sql: string
  /** What it calls the table, where that is not the table's own name: that of the partitioned table that the filter was given for. */
  readonly alias?: string | undefined
  /** How many values there are, and the sha256 of their JSON, in lower-case hex. */
  readonly valueCount: number
  readonly valuesSha256: string
  /** The values as text, where they were asked for; null is NULL. */
  readonly values?: readonly (string | null)[] | undefined
}

/** A foreign key that some rows of a filtered backup do not satisfy. */
export interface NotValidKey extends TableName {
  readonly constraint: string
}

/** A definition that a cleaner changed or left out. */
export interface CleanedDefinition {
  /** Kind and name: `TRIGGER public.orders audit`. */
  readonly name: string
  /** The cleaner's name. */
  readonly cleaner: string
  readonly isLeftOut: boolean
  /** Of what it was, as the engine defines it, in lower-case hex: by it a comparison knows it again. */
  readonly sha256: string
}

/** Some of a table's rows, compressed on their own, so that they can be fetched and checked without the others. */
export interface ContentsChunk {
  /** Where it begins in its object, in bytes, and how many it has there. */
  readonly offset: number
  readonly sizeBytes: number
  /** Of these bytes, lower-case hex. */
  readonly sha256: string
  readonly rows: number
  /** Of its rows; those of all chunks add up to the table's. */
  readonly digest: string
  /** Bytes of COPY text. */
  readonly bytes: number
}

export interface ContentsSequence extends TableName {
  /** A bigint as text. */
  readonly lastValue: string
  readonly isCalled: boolean
}

/** What is in a backup. Tables stand in the order in which they are stored. */
export interface Contents {
  readonly contentsVersion: 1
  readonly source: {
    readonly database: string
    /** As the server prints it: `16.14`. */
    readonly serverVersion: string
    /** The encoding of the stored text. */
    readonly encoding: string
  }
  readonly snapshot: {
    /** By the server's clock, ISO 8601 in UTC. */
    readonly time: string
    /** WAL position; on a standby the replayed one. */
    readonly lsn: string
  }
  readonly tables: readonly ContentsTable[]
  readonly sequences: readonly ContentsSequence[]
  /** The digest is of their ids and bytes. */
  readonly largeObjects: { readonly count: number; readonly bytes: number; readonly digest: string }
  /** Materialised views that the restore fills, in order. */
  readonly refreshed: readonly TableName[]
  /** Locks that a restore in one transaction takes, at most: what must fit into the target's lock table. */
  readonly lockEstimate: number
  /** What its definitions need of a target; absent in backups of versions that did not note it. */
  readonly requirements?: Requirements | undefined
  /** What was asked for, where less than everything. */
  readonly selection: Readonly<Record<string, boolean | readonly string[]>>
  /** Definitions that cleaners changed or left out; absent where there are none. */
  readonly cleaned?: readonly CleanedDefinition[] | undefined
  /** Foreign keys that are restored NOT VALID, because filters left out rows that others refer to. */
  readonly notValid?: readonly NotValidKey[] | undefined
  /** What has another name here than in the database; all names in a backup are the new ones. */
  readonly renamed?: Renames | undefined
  /**
   * Of a script: the table of contents of the archive that would have the same, in pg_dump's custom format, compressed by gzip, in base64.
   * By it a script can be restored in parts and under other names.
   */
  readonly tableOfContents?: string | undefined
  /** The objects of a format that has many, relative to the destination. */
  readonly objects?: readonly HashedObject[] | undefined
}

/** What can be checked of a restore's target before the first statement. */
export type RestoreNeeds = Pick<Contents, 'source' | 'lockEstimate' | 'requirements'>

const tableName = { schema: z.string(), name: z.string() }
const count = z.number().int().nonnegative()
const digest = z.string().regex(/^[0-9a-f]{32}$/)

const chunkSchema = z.object({
  offset: count,
  sizeBytes: count,
  sha256: sha256Schema,
  rows: count,
  bytes: count,
  digest,
})

const filterSchema = z.object({
  name: z.string(),
  sql: z.string(),
  alias: z.string().optional(),
  valueCount: count,
  valuesSha256: sha256Schema,
  values: z.array(z.string().nullable()).optional(),
})

const newNames = z.record(z.string(), z.string())

export const contentsSchema = z.object({
  contentsVersion: z.literal(1),
  source: z.object({ database: z.string(), serverVersion: z.string(), encoding: z.string() }),
  snapshot: z.object({ time: z.string(), lsn: z.string() }),
  tables: z.array(
    z.object({
      ...tableName,
      rows: count,
      bytes: count,
      digest,
      columns: z.array(z.string()),
      object: z.string(),
      chunks: z.array(chunkSchema).optional(),
      loadInto: z.object(tableName).optional(),
      filter: filterSchema.optional(),
    }),
  ),
  sequences: z.array(z.object({ ...tableName, lastValue: z.string(), isCalled: z.boolean() })),
  largeObjects: z.object({ count, bytes: count, digest }),
  refreshed: z.array(z.object(tableName)),
  lockEstimate: count,
  requirements: requirementsSchema.optional(),
  selection: z.record(z.string(), z.union([z.boolean(), z.array(z.string())])),
  cleaned: z
    .array(z.object({ name: z.string(), cleaner: z.string(), isLeftOut: z.boolean(), sha256: sha256Schema }))
    .optional(),
  notValid: z.array(z.object({ ...tableName, constraint: z.string() })).optional(),
  renamed: z.object({ schemas: newNames, tables: newNames }).optional(),
  tableOfContents: z.base64().optional(),
  objects: z.array(hashedObjectSchema).optional(),
}) satisfies z.ZodType<Contents>
