import { isPgarkError, PgarkError, type TlsProblem, tlsProblem } from '@pgark/core'
import { hintOfOptions, type ObjectOptions } from './refused-options.ts'
import { isOfNetwork, isUnavailable, type ServiceError, statusOf } from './transient.ts'

/** What a request was for. */
export interface CallKind {
  /** Follows "cannot": `write shop/x`. */
  readonly what: string
  /** The permission that it takes: `s3:PutObject`. */
  readonly permission: string
}

interface Place extends ObjectOptions {
  readonly bucket: string
  readonly prefix: string
  readonly timeoutMs: number
}

interface Meaning {
  readonly code: string
  readonly because: string
  readonly hint: string
}

type Rule = (kind: CallKind, place: Place, error: ServiceError) => Meaning

const noBucket: Rule = (_, { bucket }) => ({
  code: 'DESTINATION.NO_BUCKET',
  because: `there is no bucket ${bucket}`,
  hint: 'check the names of bucket and endpoint; pgark creates no buckets',
})
const expired: Rule = () => ({
  code: 'DESTINATION.CREDENTIALS',
  because: 'the credentials have expired',
  hint: 'get new ones; `credentials` may be a function that does',
})
const unknownKey: Rule = () => ({
  code: 'DESTINATION.CREDENTIALS',
  because: 'the server does not know the access key or its token',
  hint: 'check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN, or accessKeyId and sessionToken of `credentials`',
})
const wrongSecret: Rule = () => ({
  code: 'DESTINATION.CREDENTIALS',
  because: 'the secret is not that of the access key',
  hint: 'check AWS_SECRET_ACCESS_KEY, or secretAccessKey of `credentials`',
})
const noCredentials: Rule = () => ({
  code: 'DESTINATION.CREDENTIALS',
  because: 'no credentials were found',
  hint: 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE or a role, or give `credentials`',
})
const denied: Rule = ({ permission }, { bucket, prefix }) => ({
  code: 'DESTINATION.DENIED',
  because: `it takes ${permission}, which is not allowed`,
  hint: `allow ${permission} on ${resourceOf(permission, bucket, prefix)}; a policy of the bucket or of its key (KMS) may forbid it, too`,
})
const wrongRegion: Rule = (_, { bucket }, error) => {
  const region = error.Region ?? error.$response?.headers?.['x-amz-bucket-region']
  return {
    code: 'DESTINATION.REGION',
    because: region ? `the bucket ${bucket} is in the region ${region}` : 'no region is set, or not that of the bucket',
    hint: `set region${region ? ` to ${region}` : ' (AWS_REGION)'}, or check endpoint`,
  }
}
const wrongClock: Rule = () => ({
  code: 'DESTINATION.CLOCK',
  because: 'the clocks of this machine and of the server differ too much',
  hint: 'set the clock of this machine, for example by NTP',
})
const damaged: Rule = () => ({
  code: 'DESTINATION.CHECKSUM',
  because: 'what arrived is not what was sent',
  hint: 'look at the memory of this machine, and at proxies on the way',
})
const tooLarge: Rule = () => ({
  code: 'DESTINATION.FULL',
  because: 'the server takes no more, or nothing so large',
  hint: 'free space, or raise the quota',
})
const notFound: Rule = () => ({
  code: 'DESTINATION.NOT_FOUND',
  because: 'there is no such object',
  hint: 'check the key',
})
const archived: Rule = () => ({
  code: 'DESTINATION.SERVER',
  because: 'it lies in a storage class that must be restored before it can be read',
  hint: 'restore the object first, for example with `aws s3api restore-object`',
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList */
const rules: Readonly<Record<string, Rule>> = {
  NoSuchBucket: noBucket,
  InvalidBucketName: noBucket,
  ExpiredToken: expired,
  ExpiredTokenException: expired,
  TokenRefreshRequired: expired,
  InvalidAccessKeyId: unknownKey,
  InvalidToken: unknownKey,
  UnrecognizedClientException: unknownKey,
  SignatureDoesNotMatch: wrongSecret,
  CredentialsProviderError: noCredentials,
  TokenProviderError: noCredentials,
  AccessDenied: denied,
  AllAccessDisabled: denied,
  AccountProblem: denied,
  'KMS.AccessDeniedException': denied,
  PermanentRedirect: wrongRegion,
  TemporaryRedirect: wrongRegion,
  AuthorizationHeaderMalformed: wrongRegion,
  IllegalLocationConstraintException: wrongRegion,
  RequestTimeTooSkewed: wrongClock,
  RequestInTheFuture: wrongClock,
  RequestExpired: wrongClock,
  BadDigest: damaged,
  InvalidDigest: damaged,
  XAmzContentSHA256Mismatch: damaged,
  EntityTooLarge: tooLarge,
  QuotaExceeded: tooLarge,
  XMinioStorageFull: tooLarge,
  XMinioAdminBucketQuotaExceeded: tooLarge,
  NoSuchKey: notFound,
  NotFound: notFound,
  InvalidObjectState: archived,
}

/**
 * The coded error for a failed request. What the server or the SDK say in words is left in `cause`: it may quote keys and signatures.
 * `meta.reason` is the server's own code.
 */
export function s3Error(error: unknown, kind: CallKind, place: Place): unknown {
  if (isPgarkError(error) || !(error instanceof Error)) return error
  const failed: ServiceError = error
  const isRetryable = isOfNetwork(failed) || isUnavailable(failed)
  const rule = ruleOf(failed) ?? (isRetryable ? unavailable : other)
  const { code, because, hint } = rule(kind, place, failed)
  const isAnswer = statusOf(failed) > 0 && (rule === other || rule === unknownKey)
  const more = isAnswer ? hintOfOptions(kind.permission, failed.name, place) : undefined
  return new PgarkError(code, `Cannot ${kind.what}: ${because}.`, {
    hint: more === undefined ? hint : `${more}; ${rule === other ? '' : 'or '}${hint}`,
    retryable: isRetryable,
    meta: { reason: failed.name, status: statusOf(failed), permission: kind.permission },
    cause: error,
  })
}

/** The server's own code for what went wrong, of an error that `s3Error` made. */
export const reasonOf = (error: unknown) => (isPgarkError(error) ? String(error.meta.reason ?? '') : '')

function ruleOf(error: ServiceError): Rule | undefined {
  const status = statusOf(error)
  const named = rules[error.name]
  if (named) return named
  if (error.message === 'Region is missing') return wrongRegion
  if (status === 301 || status === 307) return wrongRegion
  if (status === 401 || status === 403) return denied
  if (status === 0 && tlsProblem(error, 'endpoint')) return withoutTls
  return status === 404 && error.name === 'Unknown' ? notFound : undefined
}

const unavailable: Rule = (_, { timeoutMs }, error) => {
  // The SDK also calls a connection so that was reset.
  const isSilent = error.name === 'TimeoutError' && !['ECONNRESET', 'EPIPE'].includes(error.code ?? '')
  const silent = isSilent ? `nothing moved for ${timeoutMs} ms` : undefined
  const because =
    silent ?? (isOfNetwork(error) ? `the connection failed (${error.code})` : `the server answers ${answerOf(error)}`)
  const hint =
    error.code === 'ENOTFOUND' ? 'check endpoint, region and the network' : 'try again later; check the network'
  return { code: 'DESTINATION.UNAVAILABLE', because, hint }
}

/** Not what passes by itself: certificates and settings stay as they are. */
const withoutTls: Rule = (_, __, error) => ({
  code: 'DESTINATION.UNAVAILABLE',
  ...(tlsProblem(error, 'endpoint') as TlsProblem),
})

const other: Rule = (_, __, error) => ({
  code: 'DESTINATION.SERVER',
  because:
    statusOf(error) > 0 ? `the server answers ${answerOf(error)}` : `the client failed (${error.code ?? error.name})`,
  hint: 'see its cause (--debug)',
})

const answerOf = (error: ServiceError) => `${statusOf(error)} ${error.name}`

function resourceOf(permission: string, bucket: string, prefix: string): string {
  return permission.startsWith('s3:List') && permission !== 's3:ListMultipartUploadParts'
    ? `arn:aws:s3:::${bucket}`
    : `arn:aws:s3:::${bucket}/${prefix}*`
}
