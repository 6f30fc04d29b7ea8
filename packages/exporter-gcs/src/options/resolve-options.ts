import { didYouMean, type Problem, refuseProblems } from '@pgark/core'
import { z } from 'zod'
import type { GcsOptions } from './gcs-options.ts'

/** The server takes chunks in multiples of this: https://docs.cloud.google.com/storage/docs/performing-resumable-uploads */
export const chunkUnitBytes = 256 * 1024
const largestChunkBytes = 512 * 1024 * 1024
const longestDelayMs = 32_000

const text = z.string().min(1)
const schema = z.strictObject({
  // https://docs.cloud.google.com/storage/docs/buckets#naming
  bucket: z.string().regex(/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/, 'expected the name of a bucket'),
  prefix: z.string().optional(),
  keyFile: text.optional(),
  credentials: z.record(z.string(), z.unknown(), 'expected an object, as in a key file').optional(),
  accessToken: z.union([text, z.custom<() => string>((value) => typeof value === 'function')]).optional(),
  apiEndpoint: z.url({ protocol: /^https?$/, error: 'expected a URL that begins with https:// or http://' }).optional(),
  storageClass: z.enum(['STANDARD', 'NEARLINE', 'COLDLINE', 'ARCHIVE']).optional(),
  kmsKeyName: z
    .string()
    .regex(/^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/, 'expected the full name of a key')
    .optional(),
  chunkSizeBytes: z.number().int().min(chunkUnitBytes).max(largestChunkBytes).multipleOf(chunkUnitBytes).optional(),
  maxAttempts: z.number().int().min(1).max(100).optional(),
  retryDelayMs: z.number().int().min(1).max(longestDelayMs).optional(),
  timeoutMs: z.number().int().min(1).max(2_147_483_647).optional(),
} satisfies { [Name in keyof GcsOptions]-?: z.ZodType })

/** Options with their defaults. */
export interface ResolvedOptions extends GcsOptions {
  readonly prefix: string
  readonly apiEndpoint: string
  readonly chunkSizeBytes: number
  readonly maxAttempts: number
  readonly retryDelayMs: number
  readonly timeoutMs: number
}

/** Throws `USAGE.OPTIONS` with everything that is wrong. */
export function resolveOptions(given: GcsOptions): ResolvedOptions {
  refuseProblems([...optionProblems(given)])
  return {
    ...given,
    prefix: folder(given.prefix ?? ''),
    apiEndpoint: (given.apiEndpoint ?? 'https://storage.googleapis.com').replace(/\/+$/, ''),
    chunkSizeBytes: given.chunkSizeBytes ?? 8 * 1024 * 1024,
    maxAttempts: given.maxAttempts ?? 8,
    retryDelayMs: given.retryDelayMs ?? 1000,
    timeoutMs: given.timeoutMs ?? 60_000,
  }
}

/** What is wrong with options of `gcs()`, before anything is asked of a server. */
export function* optionProblems(given: GcsOptions): Iterable<Problem> {
  const result = schema.safeParse(given)
  for (const issue of result.error?.issues ?? []) {
    if (issue.code !== 'unrecognized_keys') {
      yield { message: `Option ${issue.path.join('.') || 'object'} of gcs(): ${issue.message}.` }
      continue
    }
    for (const key of issue.keys) {
      const hint = didYouMean(key, Object.keys(schema.shape))
      yield { message: `Unknown option ${key} of gcs().`, ...(hint && { hint }) }
    }
  }
  if (!result.success) return
  const { keyFile, credentials, accessToken, apiEndpoint } = given
  const named = Object.entries({ keyFile, credentials, accessToken }).filter(([, value]) => value !== undefined)
  if (named.length > 1) {
    yield { message: `Expected one of keyFile, credentials and accessToken, got ${named.length}.`, hint: 'leave one' }
  }
  if (named.length > 0 && apiEndpoint !== undefined && isOpenNetwork(new URL(apiEndpoint))) {
    yield { message: `Credentials are not sent to ${apiEndpoint}: it has no TLS.`, hint: 'use https://' }
  }
}

const isOpenNetwork = ({ protocol, hostname }: URL) =>
  protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)

/** A prefix as the beginning of names: `/shop` and `shop/` are both `shop/`. */
function folder(prefix: string): string {
  const inner = prefix.replace(/^\/+|\/+$/g, '')
  return inner === '' ? '' : `${inner}/`
}
