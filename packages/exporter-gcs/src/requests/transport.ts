import { Agent, type IncomingMessage, request as overHttp } from 'node:http'
import { request as overHttps, Agent as SecureAgent } from 'node:https'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | undefined
  readonly signal?: AbortSignal | undefined
}

/** HTTP by node:http: fetch would copy every body that it sends, and follow what is no redirect (308). */
export interface Transport {
  /** Resolves with whatever is answered; rejects when nothing is, for `timeoutMs` without a byte either way, or by the signal. */
  send(request: HttpRequest): Promise<IncomingMessage>
  /** Ends its connections. */
  close(): void
}

export function transport(timeoutMs: number): Transport {
  const agent = new Agent({ keepAlive: true })
  const secureAgent = new SecureAgent({ keepAlive: true })
  return {
    send({ method, url, headers, body, signal }) {
      const length = method === 'GET' ? {} : { 'content-length': String(body?.byteLength ?? 0) }
      const options = { method, headers: { ...headers, ...length }, timeout: timeoutMs, ...(signal && { signal }) }
      return new Promise((resolve, reject) => {
        const sent =
          url.protocol === 'http:'
            ? overHttp(url, { ...options, agent })
            : overHttps(url, { ...options, agent: secureAgent })
        sent.on('response', resolve)
        // Also hears what comes after the answer, such as that the rest of a body was not taken any more.
        sent.on('error', reject)
        sent.on('timeout', () => sent.destroy(silence(timeoutMs)))
        sent.end(body)
      })
    },
    close() {
      agent.destroy()
      secureAgent.destroy()
    },
  }
}

/** An answer's bytes. Waiting for them ends after `timeoutMs`; the time that the reader takes in between does not count. */
export async function* bodyOf(answer: IncomingMessage, timeoutMs: number): AsyncGenerator<Buffer> {
  // The socket's own clock runs on while the reader is busy.
  answer.socket.setTimeout(0)
  const chunks = answer[Symbol.asyncIterator]()
  try {
    for (;;) {
      const timer = setTimeout(() => answer.destroy(silence(timeoutMs)), timeoutMs)
      const { done, value } = await chunks.next().finally(() => clearTimeout(timer))
      if (done) return
      yield value
    }
  } finally {
    // One that was read to its end leaves its connection for the next request.
    answer.destroy()
  }
}

const silence = (timeoutMs: number) =>
  Object.assign(new Error(`nothing moved for ${timeoutMs} ms`), { code: 'ETIMEDOUT' })
