/** What the SDK throws, as far as it matters here. https://github.com/aws/aws-sdk-js-v3/blob/main/supplemental-docs/ERROR_HANDLING.md */
export interface ServiceError extends Error {
  readonly code?: string
  readonly Region?: string
  readonly $metadata?: {
    readonly httpStatusCode?: number
    readonly attempts?: number
    readonly clockSkewCorrected?: boolean
  }
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> }
}

const networkCodes = new Set(
  'ECONNRESET ECONNREFUSED ECONNABORTED EPIPE ETIMEDOUT EHOSTUNREACH ENETUNREACH ENETDOWN EAI_AGAIN ENOTFOUND'.split(
    ' ',
  ),
)
const busy = new Set(
  'RequestTimeout RequestTimeoutException SlowDown Throttling ThrottlingException TooManyRequestsException BandwidthLimitExceeded ConditionalRequestConflict OperationAborted'.split(
    ' ',
  ),
)
/** The bytes arrived other than they were sent: they may arrive whole the next time. */
const damagedOnTheWay = new Set(['BadDigest', 'XAmzContentSHA256Mismatch', 'IncompleteBody'])

export const statusOf = (error: ServiceError) => error.$metadata?.httpStatusCode ?? 0

/** The server did not answer, or not what it was asked. */
export const isOfNetwork = (error: ServiceError) => error.name === 'TimeoutError' || networkCodes.has(error.code ?? '')

/** The server is there and cannot serve now. What it does not know (501), or has no room for (507), it says for good. */
export const isUnavailable = (error: ServiceError) =>
  busy.has(error.name) || statusOf(error) === 429 || (statusOf(error) >= 500 && ![501, 507].includes(statusOf(error)))

/** A request that failed so may have been carried out, and may be carried out yet. */
export const isUncertain = (error: ServiceError) => isOfNetwork(error) || isUnavailable(error) || isGarbled(error)

/** The same request may succeed when it is sent again. */
export const isTransient = (error: ServiceError) =>
  isUncertain(error) || damagedOnTheWay.has(error.name) || error.$metadata?.clockSkewCorrected === true

/** An answer that says it is one, and cannot be read: it was cut or damaged on the way. */
const isGarbled = (error: ServiceError) => statusOf(error) >= 200 && statusOf(error) < 300
