import { z } from 'zod'
import type { HashedObject } from '../contracts/objects.ts'
import type { TableName } from '../contracts/run.ts'
import { hashedObjectSchema, sha256Schema } from './hashed-object.ts'
import { type Requirements, requirementsSchema } from './requirements.ts'

/** One table's rows in a backup. */
export interface ContentsTable extends TableName {
  readonly rows: number
  /** Bytes of COPY text. */
  readonly bytes: number
  /** The object that holds them, by its name within the backup. */
  readonly object: string
  /** Parts of the object that follow each other from its beginning; absent where it is all one. */
  readonly chunks?: readonly ContentsChunk[] | undefined
  /** The table that the rows are loaded into, where that is not the table itself: the root of a hash partition on an enum. */
  readonly loadInto?: TableName | undefined
}

/** Some of a table's rows, compressed on their own, so that they can be fetched and checked without the others. */
export interface ContentsChunk {
  /** Where it begins in its object, in bytes, and how many it has there. */
  readonly offset: number
  readonly sizeBytes: number
  /** Of these bytes, lower-case hex. */
  readonly sha256: string
  readonly rows: number
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
  readonly largeObjects: { readonly count: number; readonly bytes: number }
  /** Materialised views that the restore fills, in order. */
  readonly refreshed: readonly TableName[]
  /** Locks that a restore in one transaction takes, at most: what must fit into the target's lock table. */
  readonly lockEstimate: number
  /** What its definitions need of a target; absent in backups of versions that did not note it. */
  readonly requirements?: Requirements | undefined
  /** What was asked for, where less than everything. */
  readonly selection: Readonly<Record<string, boolean | readonly string[]>>
  /** The objects of a format that has many, relative to the destination. */
  readonly objects?: readonly HashedObject[] | undefined
}

/** What can be checked of a restore's target before the first statement. */
export type RestoreNeeds = Pick<Contents, 'source' | 'lockEstimate' | 'requirements'>

const tableName = { schema: z.string(), name: z.string() }
const count = z.number().int().nonnegative()

const chunkSchema = z.object({ offset: count, sizeBytes: count, sha256: sha256Schema, rows: count, bytes: count })

export const contentsSchema = z.object({
  contentsVersion: z.literal(1),
  source: z.object({ database: z.string(), serverVersion: z.string(), encoding: z.string() }),
  snapshot: z.object({ time: z.string(), lsn: z.string() }),
  tables: z.array(
    z.object({
      ...tableName,
      rows: count,
      bytes: count,
      object: z.string(),
      chunks: z.array(chunkSchema).optional(),
      loadInto: z.object(tableName).optional(),
    }),
  ),
  sequences: z.array(z.object({ ...tableName, lastValue: z.string(), isCalled: z.boolean() })),
  largeObjects: z.object({ count, bytes: count }),
  refreshed: z.array(z.object(tableName)),
  lockEstimate: count,
  requirements: requirementsSchema.optional(),
  selection: z.record(z.string(), z.union([z.boolean(), z.array(z.string())])),
  objects: z.array(hashedObjectSchema).optional(),
}) satisfies z.ZodType<Contents>
