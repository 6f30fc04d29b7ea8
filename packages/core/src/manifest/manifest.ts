import { z } from 'zod'
import type { CompressionCodec } from '../contracts/engine.ts'
import type { HashedObject } from '../contracts/objects.ts'
import { type Contents, contentsSchema } from './contents.ts'
import { hashedObjectSchema } from './hashed-object.ts'

/** What says that a backup exists. It is written last; without it there is no backup. */
export interface Manifest {
  readonly manifestVersion: 1
  /** Features that a reader must know to read this backup. One that it does not know makes it refuse. */
  readonly requires: readonly string[]
  readonly id: string
  readonly tool: { readonly name: string; readonly version: string }
  readonly source: Contents['source']
  readonly snapshot: Contents['snapshot']
  /** ISO 8601 in UTC, by the clock of the machine that ran the backup. */
  readonly startedAt: string
  readonly finishedAt: string
  readonly format: string
  readonly compression: CompressionCodec
  readonly encryption: 'none'
  readonly metadata: Readonly<Record<string, string>>
  readonly totals: {
    readonly tables: number
    readonly rows: number
    /** Bytes of all objects as stored. */
    readonly sizeBytes: number
  }
  /** The object of a single-object format, relative to the destination; those of other formats stand in the contents. */
  readonly objects: readonly HashedObject[]
  /** What is in the backup: here for a single-object format, otherwise in an object of its own. */
  readonly contents: Contents | HashedObject
}

/** The features that this version can read. */
export const knownFeatures: ReadonlySet<string> = new Set()

export const manifestSchema = z.object({
  manifestVersion: z.literal(1),
  requires: z.array(z.string()),
  id: z.string().min(1),
  tool: z.object({ name: z.string(), version: z.string() }),
  source: contentsSchema.shape.source,
  snapshot: contentsSchema.shape.snapshot,
  startedAt: z.string(),
  finishedAt: z.string(),
  format: z.string(),
  compression: z.enum(['none', 'gzip', 'zstd']),
  encryption: z.literal('none'),
  metadata: z.record(z.string(), z.string()),
  totals: z.object({
    tables: z.number().int().nonnegative(),
    rows: z.number().int().nonnegative(),
    sizeBytes: z.number().int().nonnegative(),
  }),
  objects: z.array(hashedObjectSchema),
  contents: z.union([contentsSchema, hashedObjectSchema]),
}) satisfies z.ZodType<Manifest>
