import { z } from 'zod'

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/)

export const hashedObjectSchema = z.object({
  key: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  sha256: sha256Schema,
})
