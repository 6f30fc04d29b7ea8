import type { S3Client } from '@aws-sdk/client-s3'

export interface S3Credentials {
  accessKeyId: string
  secretAccessKey: string
  /** Of temporary credentials. */
  sessionToken?: string
}

/** Where and how objects are stored. All but `bucket` may be left out. */
export interface S3Options {
  /** The bucket. It must exist: none is ever created. */
  bucket: string
  /** What the keys of all objects begin with, `shop` as well as `shop/`. Default: nothing, the whole bucket. */
  prefix?: string
  /** Default: as AWS's tools find it (`AWS_REGION`, profile); `us-east-1` with an `endpoint`. */
  region?: string
  /** URL of another service than Amazon's, for example `https://s3.fr-par.scw.cloud`. */
  endpoint?: string
  /** `https://host/bucket/key` instead of `https://bucket.host/key`. Default false. */
  forcePathStyle?: boolean
  /**
   * Default: AWS's chain of environment, profile, container and instance role. A function is called when credentials are needed, and
   * again when the `expiration` that it answered with them comes near.
   */
  credentials?: S3Credentials | (() => Promise<S3Credentials & { expiration?: Date }>)
  /** For example `STANDARD_IA`. What must be restored before it can be read (`GLACIER`, `DEEP_ARCHIVE`) cannot be verified. Default: the bucket's. */
  storageClass?: string
  /** Default: the bucket's. */
  serverSideEncryption?: 'AES256' | 'aws:kms' | 'aws:kms:dsse'
  /** Key of `aws:kms`: its id, ARN or alias. Default: the account's key for S3. */
  kmsKeyId?: string
  /** Put on every object: up to 10, 128 characters a key, 256 a value. Needs s3:PutObjectTagging. */
  tags?: Record<string, string>
  /**
   * The first tenth of an object's parts, in bytes; later ones grow, so that 5 TiB fit. 5 MiB to 1 GiB, default 8 MiB. Memory of all
   * writes together: 48 MiB, or two parts where those are larger.
   */
  partSizeBytes?: number
  /** Parts and objects uploaded at once, of all writes together, as far as memory goes. 1 to 64, default 8. */
  concurrency?: number
  /** The most parts that the service takes for one object. 1 to 10,000, default 10,000. Scaleway: 1,000. */
  maxParts?: number
  /** How often one request is sent before its failure is final. 1 to 20, default 5. */
  maxAttempts?: number
  /** A connection on which nothing moves for that long counts as failed, in milliseconds. 1 to 2,147,483,647, default 30,000. */
  timeoutMs?: number
  /**
   * A client of `@aws-sdk/client-s3` to use in place of an own one: it brings region, endpoint, credentials, timeouts, and attempts
   * that come on top of `maxAttempts`. It is not closed with the exporter.
   */
  client?: S3Client
}

/** Options with their defaults. */
export type ResolvedOptions = Omit<S3Options, 'prefix'> &
  Required<Pick<S3Options, 'prefix' | 'partSizeBytes' | 'concurrency' | 'maxParts' | 'maxAttempts' | 'timeoutMs'>>

/** `prefix` is either empty or ends with `/`. */
export function resolveOptions(options: S3Options): ResolvedOptions {
  const prefix = (options.prefix ?? '').replace(/^\/+|\/+$/g, '')
  return {
    partSizeBytes: 8 * 1024 * 1024,
    concurrency: 8,
    maxParts: 10_000,
    maxAttempts: 5,
    timeoutMs: 30_000,
    ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
    bucket: options.bucket,
    prefix: prefix === '' ? '' : `${prefix}/`,
  }
}
