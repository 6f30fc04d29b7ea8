import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { isPgarkError } from '@pgark/core'
import type { AccessTokens } from '../access/access-tokens.ts'
import { type Attempts, attempts, type RetryOptions } from './attempts.ts'
import { type Attempted, noAnswer, serviceError } from './service-error.ts'
import type { HttpRequest, Transport } from './transport.ts'

export interface ServiceRequest extends HttpRequest {
  readonly tried: Attempted
  /** Statuses that are answers; every other one is an error. */
  readonly expected: readonly number[]
}

/** The JSON API with credentials. Every error is coded, and `retryable` where another attempt may succeed. */
export interface Service {
  readonly timeoutMs: number
  /** One attempt; `take` makes something of the answer, and what breaks meanwhile is an error of this attempt. */
  once<Taken>(request: ServiceRequest, take: (answer: IncomingMessage) => Promise<Taken>): Promise<Taken>
  /** As many attempts as it takes, for what may be done twice. */
  call<Taken>(request: ServiceRequest, take: (answer: IncomingMessage) => Promise<Taken>): Promise<Taken>
  attempts(signal: AbortSignal | undefined): Attempts
}

export function service(
  { send }: Transport,
  tokens: AccessTokens,
  { timeoutMs, ...retry }: RetryOptions & { readonly timeoutMs: number },
): Service {
  async function authorized(request: ServiceRequest): Promise<IncomingMessage> {
    const sendWith = (token: string | undefined) =>
      send({
        ...request,
        headers: { ...request.headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      })
    const token = await tokens.current()
    const answer = await sendWith(token)
    if (answer.statusCode !== 401 || token === undefined) return answer
    // It may have expired, or been revoked, amid a long backup.
    const renewed = await tokens.renewed(token)
    if (renewed === token) return answer
    await text(answer)
    return await sendWith(renewed)
  }
  const once: Service['once'] = async (request, take) => {
    request.signal?.throwIfAborted()
    try {
      const answer = await authorized(request)
      const { statusCode = 0, headers } = answer
      if (request.expected.includes(statusCode)) return await take(answer)
      throw serviceError(statusCode, headers, await text(answer), request.tried)
    } catch (error) {
      throw codedError(error, request)
    }
  }
  return {
    timeoutMs,
    once,
    async call(request, take) {
      const { again } = attempts(retry, request.signal)
      for (;;) {
        try {
          return await once(request, take)
        } catch (error) {
          await again(error)
        }
      }
    },
    attempts: (signal) => attempts(retry, signal),
  }
}

/** What is to be thrown for an error of a request: the signal's reason once that has aborted. */
export function codedError(error: unknown, { signal, tried }: Pick<ServiceRequest, 'signal' | 'tried'>): unknown {
  if (signal?.aborted) return signal.reason
  return isNetworkError(error) ? noAnswer(error, tried) : error
}

/** Errors of sockets, TLS and the resolver have a code of their own; a bug has none. */
const isNetworkError = (error: unknown) => error instanceof Error && 'code' in error && !isPgarkError(error)
