import type { IncomingHttpHeaders } from 'node:http'
import { PgarkError, tlsProblem } from '@pgark/core'

/** What was tried, for messages. */
export interface Attempted {
  /** As in "Cannot … ": `write gs://bucket/name`. */
  readonly what: string
  readonly bucket: string
  /** The permission that it needs. */
  readonly permission: string
}

/** Clocks that differ by more make signed credentials invalid. https://docs.cloud.google.com/storage/docs/troubleshooting */
const clockToleranceMs = 5 * 60_000
const throttled = new Set(['rateLimitExceeded', 'userRateLimitExceeded', 'quotaExceeded', 'dailyLimitExceeded'])
const kept = new Set(['retentionPolicyNotMet', 'objectUnderActiveHold', 'objectUnderRetention'])

/** The coded error for an answer that is none of those that were hoped for. */
export function serviceError(status: number, headers: IncomingHttpHeaders, text: string, tried: Attempted): PgarkError {
  const { reason, message } = parse(text)
  const { what, bucket, permission } = tried
  const failed = (code: string, why: string, hint: string, retryable = false) =>
    new PgarkError(code, `Cannot ${what}: ${why}.`, {
      hint,
      retryable,
      meta: { status, ...(reason && { reason }) },
      ...(message && { cause: new Error(message) }),
    })

  if (status === 401) {
    const aheadMs = Date.parse(headers.date ?? '') - Date.now()
    if (Math.abs(aheadMs) > clockToleranceMs) return failed('DESTINATION.CLOCK', clockText(aheadMs), setClock)
    const hint = 'check keyFile or credentials, or log in again: gcloud auth application-default login'
    return failed('DESTINATION.CREDENTIALS', 'the credentials are missing, wrong or expired', hint)
  }
  if (status === 408 || status === 429 || status >= 500 || (status === 403 && throttled.has(reason))) {
    return failed(
      'DESTINATION.UNAVAILABLE',
      `the server answers ${status}${reason && ` (${reason})`}`,
      'try later',
      true,
    )
  }
  if (status === 403) {
    if (kept.has(reason) || /retention|under active .*hold/i.test(message)) {
      const why = 'a retention policy or a hold keeps the object'
      return failed('DESTINATION.DENIED', why, 'wait until it is over, or release the hold')
    }
    // Replacing needs a permission more, and Cloud KMS has some of its own: the server says which.
    const [lacking = permission] = /\b(?:storage|cloudkms)\.[a-zA-Z]+\.[a-zA-Z]+\b/.exec(message) ?? []
    const hint = lacking.startsWith('cloudkms')
      ? "grant roles/cloudkms.cryptoKeyEncrypterDecrypter on the key to the project's Cloud Storage service agent"
      : `grant a role with ${lacking} on the bucket ${bucket}, such as roles/storage.objectUser`
    return failed('DESTINATION.DENIED', `the permission ${lacking} is missing`, hint)
  }
  if (status === 404)
    return failed('DESTINATION.NO_BUCKET', `there is no bucket ${bucket}`, 'check its name, or create it')
  if (status === 412) {
    return failed('REFUSED.EXISTS', 'it is already there', 'choose another name, or allow it to be replaced (--force)')
  }
  if (status === 400 && /doesn.t match calculated/.test(message)) {
    return failed('DESTINATION.CHECKSUM', 'other bytes arrived than were sent', 'run again', true)
  }
  return failed('DESTINATION.SERVER', `the server answers ${status}${message && `: ${message}`}`, 'check the options')
}

/** No answer at all. */
export function noAnswer(cause: unknown, { what }: Attempted): PgarkError {
  const { code = '', message = '' } = cause as NodeJS.ErrnoException
  const withoutTls = tlsProblem(cause, 'apiEndpoint')
  const isUnknownHost = code === 'ENOTFOUND'
  const because = withoutTls?.because ?? (message || code || 'no answer')
  return new PgarkError('DESTINATION.UNAVAILABLE', `Cannot ${what}: ${because}.`, {
    hint:
      withoutTls?.hint ??
      (isUnknownHost ? 'check the network, and apiEndpoint if it is set' : 'check the network, try later'),
    retryable: !withoutTls && !isUnknownHost,
    cause,
  })
}

/** Whether a 404 is about the bucket; otherwise it is about the object. */
export const isNoBucket = (text: string) => /bucket does not exist/i.test(parse(text).message)

export const setClock = "set this machine's clock; better let it be kept by NTP"
export const clockText = (aheadMs: number) =>
  `the server's clock is ${Math.round(Math.abs(aheadMs) / 60_000)} minutes ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine's`

/** Google's error, whatever of it is there; not every proxy on the way answers in JSON. */
function parse(text: string): { reason: string; message: string } {
  try {
    const { error } = JSON.parse(text)
    return { reason: error?.errors?.[0]?.reason ?? '', message: String(error?.message ?? '') }
  } catch {
    return { reason: '', message: '' }
  }
}
