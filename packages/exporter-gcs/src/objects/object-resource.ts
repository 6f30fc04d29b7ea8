import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { type ObjectInfo, PgarkError } from '@pgark/core'
import { z } from 'zod'

/** The fields that are asked for: https://docs.cloud.google.com/storage/docs/json_api/v1/objects#resource */
export const resourceFields = 'name,size,crc32c,generation,timeCreated,metadata'

export const objectResource = z.object({
  name: z.string(),
  size: z.string().regex(/^\d+$/),
  crc32c: z.string(),
  generation: z.string(),
  timeCreated: z.coerce.date(),
  metadata: z.record(z.string(), z.string()).optional(),
})

/** An object as the JSON API describes it. */
export type ObjectResource = z.infer<typeof objectResource>

export function infoOf(key: string, { size, timeCreated }: ObjectResource): ObjectInfo {
  return { key, sizeBytes: Number(size), modifiedAt: timeCreated }
}

/** An answer as what it should be. Something between here and Google may answer in its place. */
export async function answerAs<Schema extends z.ZodType>(
  schema: Schema,
  answer: IncomingMessage,
): Promise<z.infer<Schema>> {
  const { data, success } = schema.safeParse(parse(await text(answer)))
  if (success) return data
  throw notGoogle()
}

export const notGoogle = () =>
  new PgarkError('DESTINATION.UNAVAILABLE', 'What answers is not Google Cloud Storage.', {
    hint: 'check apiEndpoint, and proxies on the way',
    retryable: true,
  })

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
