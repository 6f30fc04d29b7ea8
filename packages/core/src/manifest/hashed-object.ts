import { z } from 'zod'

export const hashedObjectSchema = z.object({
  key: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
