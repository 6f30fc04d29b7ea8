import { didYouMean, type Problem } from '@pgark/core'
import { z } from 'zod'
import { leastPartBytes, mostPartBytes } from '../write/part-sizes.ts'
import type { S3Options } from './s3-options.ts'

const text = z.string().min(1)
const count = (most: number) => z.number().int().min(1).max(most)
const mostTags = 10
const mostKeyLength = 128
const mostValueLength = 256
const tagsWanted = `expected at most ${mostTags}, their keys of 1 to ${mostKeyLength} characters, their values of at most ${mostValueLength}, in a URL as tags=team=shop,kind=daily`

const isUrl = (value: string) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
const endpoint = z
  .string()
  .refine(isUrl, 'expected a URL that begins with https:// or http://')
  .refine((value) => !URL.canParse(value) || new URL(value).username === '', 'expected no credentials in it')
/** What AWS's SDK hands out as credentials has more fields, and it adds some to those that it is given. */
const credentials = z.union([
  z.object({ accessKeyId: text, secretAccessKey: text, sessionToken: text.optional() }),
  z.custom<() => Promise<never>>((value) => typeof value === 'function'),
])

const schema = z.strictObject({
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html; other services and old buckets have capitals and `_`.
  bucket: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/, 'expected the name of a bucket'),
  prefix: z.string().max(512).optional(),
  region: text.optional(),
  endpoint: endpoint.optional(),
  forcePathStyle: z.boolean().optional(),
  credentials: credentials.optional(),
  storageClass: text.optional(),
  serverSideEncryption: z.enum(['AES256', 'aws:kms', 'aws:kms:dsse']).optional(),
  kmsKeyId: text.optional(),
  tags: z
    .record(text.max(mostKeyLength), z.string().max(mostValueLength))
    .refine((tags) => Object.keys(tags).length <= mostTags)
    .optional(),
  partSizeBytes: z.number().int().min(leastPartBytes).max(mostPartBytes).optional(),
  concurrency: count(64).optional(),
  maxParts: count(10_000).optional(),
  maxAttempts: count(20).optional(),
  timeoutMs: count(2_147_483_647).optional(),
  client: z
    .custom<NonNullable<S3Options['client']>>(
      (value) => typeof (value as { send?: unknown } | null)?.send === 'function',
      'expected a client of @aws-sdk/client-s3',
    )
    .optional(),
} satisfies { [Name in keyof S3Options]-?: z.ZodType })

/** The names that `s3()` knows. */
export const optionNames: readonly string[] = Object.keys(schema.shape)

/** What a client brings with it. */
const ofClient = ['region', 'endpoint', 'forcePathStyle', 'credentials', 'timeoutMs'] as const

/** Everything that is wrong with options; never shows a value, which may be a secret. */
export function optionProblems(given: unknown): Problem[] {
  const result = schema.safeParse(given)
  const problems = (result.error?.issues ?? []).flatMap((issue): Problem[] => {
    if (issue.code !== 'unrecognized_keys') {
      // Keys of tags are anything, also very long.
      const name = issue.path[0] === 'tags' ? 'tags' : issue.path.join('.')
      return [{ message: name === '' ? 'Expected an object with options.' : `Option ${name}: ${wordsOf(issue)}.` }]
    }
    return issue.keys.map((key) => {
      const hint = didYouMean(key, optionNames)
      return { message: `Unknown option ${key} of s3().`, ...(hint && { hint }) }
    })
  })
  return result.success ? [...combinationProblems(given as S3Options)] : problems
}

function wordsOf({ code, path, message }: z.core.$ZodIssue): string {
  if (path[0] === 'tags') return tagsWanted
  if (code !== 'invalid_union' || path[0] !== 'credentials') return message
  return 'expected accessKeyId and secretAccessKey, or a function that gets them'
}

function* combinationProblems(options: S3Options): Iterable<Problem> {
  if (options.kmsKeyId !== undefined && !options.serverSideEncryption?.startsWith('aws:kms')) {
    yield { message: 'kmsKeyId needs KMS.', hint: "set serverSideEncryption to 'aws:kms'" }
  }
  const doubled = ofClient.filter((name) => options.client !== undefined && options[name] !== undefined)
  if (doubled.length > 0) {
    yield { message: `client brings its own ${doubled.join(', ')}.`, hint: 'give them to the client, or leave it out' }
  }
}
