import type { S3Client } from '@aws-sdk/client-s3'
import type { ResolvedOptions } from '../options/s3-options.ts'

export type Sdk = typeof import('@aws-sdk/client-s3')

export interface Connection {
  readonly sdk: Sdk
  readonly client: S3Client
}

/** The SDK is loaded here, when it is needed: it takes a while, and a command that never meets S3 need not wait for it. */
export async function openClient(options: ResolvedOptions): Promise<Connection> {
  const sdk = await import('@aws-sdk/client-s3')
  if (options.client) return { sdk, client: options.client }
  const { endpoint, forcePathStyle, credentials, timeoutMs } = options
  // Other services have regions of their own or none, and refuse what AWS's configuration on this machine happens to say.
  const region = options.region ?? (endpoint === undefined ? undefined : 'us-east-1')
  const client = new sdk.S3Client({
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    ...(forcePathStyle !== undefined && { forcePathStyle }),
    // A copy: the SDK writes into what it is given.
    ...(credentials && { credentials: typeof credentials === 'function' ? credentials : { ...credentials } }),
    maxAttempts: 1,
    // Content-MD5 and ETags, which every server knows, do what the newer checksums do on some.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // With it, the SDK makes a new connection for every part.
    expectContinueHeader: false,
    requestHandler: { connectionTimeout: timeoutMs, socketTimeout: timeoutMs },
  })
  return { sdk, client }
}
