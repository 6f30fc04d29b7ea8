import { z } from 'zod'
import type { Finding } from '../contracts/run.ts'
import { sha256Schema } from '../manifest/hashed-object.ts'

/** What a check of a backup found. It lies beside the backup; none is ever changed. */
export interface Proof {
  readonly proofVersion: 1
  /** `verify`: every byte was read again. `compare`: that, and a live database was compared. `restore`: it was restored and compared. */
  readonly action: 'verify' | 'compare' | 'restore'
  /** No finding is an error. */
  readonly ok: boolean
  /** ISO 8601 in UTC, by the clock of the machine that checked. */
  readonly startedAt: string
  readonly finishedAt: string
  readonly durationMs: number
  /** What checked; `node` is the version of Node.js. */
  readonly tool: { readonly name: string; readonly version: string; readonly node: string }
  /** Of exactly this backup: the hash is of its manifest's bytes. */
  readonly backup: { readonly id: string; readonly manifestSha256: string }
  /** The database that it was compared with or restored into; absent where none was needed. */
  readonly database?: ProofDatabase
  /** False: only a part of the backup was restored. */
  readonly isWhole: boolean
  /** The database's definitions were compared, too. */
  readonly definitions: boolean
  /** What was compared: tables and rows by number, of so many tables also the digest of the rows. */
  readonly compared: { readonly tables: number; readonly rows: number; readonly digests: number }
  readonly findings: readonly Finding[]
}

export interface ProofDatabase {
  /** Without a secret. */
  readonly location: string
  /** Its name and the server's version, as the server says; absent where it could not be asked any more. */
  readonly name?: string
  readonly serverVersion?: string
}

const count = z.number().int().nonnegative()

export const proofSchema = z.object({
  proofVersion: z.literal(1),
  action: z.enum(['verify', 'compare', 'restore']),
  ok: z.boolean(),
  startedAt: z.string(),
  finishedAt: z.string(),
  durationMs: count,
  tool: z.object({ name: z.string(), version: z.string(), node: z.string() }),
  backup: z.object({ id: z.string(), manifestSha256: sha256Schema }),
  database: z
    .object({
      location: z.string(),
      name: z.string().exactOptional(),
      serverVersion: z.string().exactOptional(),
    })
    .exactOptional(),
  isWhole: z.boolean(),
  definitions: z.boolean(),
  compared: z.object({ tables: count, rows: count, digests: count }),
  findings: z.array(
    z.object({
      severity: z.enum(['error', 'warning', 'info']),
      code: z.string(),
      message: z.string(),
      hint: z.string().exactOptional(),
    }),
  ),
}) satisfies z.ZodType<Proof>
