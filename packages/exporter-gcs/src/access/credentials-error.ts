import { isPgarkError, PgarkError, tlsProblem } from '@pgark/core'
import { setClock } from '../requests/service-error.ts'

interface Refusal {
  readonly message: string
  readonly code?: unknown
  readonly response?: { readonly status?: number; readonly data?: unknown }
}

const login = 'set keyFile, or GOOGLE_APPLICATION_CREDENTIALS, or run gcloud auth application-default login'

/**
 * The coded error for a token that could not be had. Errors of the library hold requests with keys, and quote files: what is told of
 * them is the status and OAuth's own words for it.
 */
export function credentialsError(error: unknown): unknown {
  if (isPgarkError(error) || !(error instanceof Error)) return error
  const { message, code, response } = error as Refusal
  const status = response?.status
  if (/could not load the default credentials/i.test(message)) {
    return new PgarkError('DESTINATION.CREDENTIALS', 'There are no credentials for Google Cloud.', { hint: login })
  }
  if (/credential file specified by/i.test(message)) {
    const what = 'The file that GOOGLE_APPLICATION_CREDENTIALS names does not exist or has no credentials'
    return new PgarkError('DESTINATION.CREDENTIALS', `${what}.`, { hint: 'check the variable and the file' })
  }
  const told = oauthError(response?.data)
  if (/reasonable timeframe|check your iat and exp/i.test(told)) {
    return new PgarkError('DESTINATION.CLOCK', "This machine's clock is wrong: Google refuses what it signs.", {
      hint: setClock,
    })
  }
  const withoutTls = tlsProblem(error, "the credentials' addresses")
  if (withoutTls) {
    const what = `The server that hands out access tokens cannot be asked: ${withoutTls.because}.`
    return new PgarkError('DESTINATION.UNAVAILABLE', what, { hint: withoutTls.hint })
  }
  const isNetwork = status === undefined && typeof code === 'string' && /^E(?!RR_)[A-Z_]+$/.test(code)
  if (isNetwork || status === 408 || status === 429 || (status !== undefined && status >= 500)) {
    const why = status === undefined ? String(code) : `status ${status}`
    return new PgarkError(
      'DESTINATION.UNAVAILABLE',
      `The server that hands out access tokens does not answer: ${why}.`,
      {
        hint: 'check the network, try later',
        retryable: true,
      },
    )
  }
  const why = told || (status === undefined ? 'they are not complete, or of no known kind' : `status ${status}`)
  return new PgarkError('DESTINATION.CREDENTIALS', `The credentials are not accepted: ${why}.`, { hint: login })
}

/** `invalid_grant: …`, https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
function oauthError(data: unknown): string {
  if (typeof data !== 'object' || data === null || !('error' in data) || typeof data.error !== 'string') return ''
  const { error_description: description } = data as { error_description?: unknown }
  return typeof description === 'string' ? `${data.error}: ${description.replace(/\.$/, '')}` : data.error
}
