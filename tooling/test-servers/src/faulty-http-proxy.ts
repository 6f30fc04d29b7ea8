import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'

/** The request's bytes or those of its answer. */
export type Direction = 'request' | 'answer'

/** What happens to one request. */
export type HttpFault =
  /** The server is never asked: this is the answer, given once the request's body is read. */
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers?: Record<string, string>
      readonly body?: string
    }
  /** After that many bytes of the body nothing more is passed on, and nothing ends. */
  | { readonly kind: 'stall'; readonly in: Direction; readonly afterBytes: number }
  /** After that many bytes of the body the client's connection is reset; of a request, the server's as well. */
  | { readonly kind: 'cut'; readonly in: Direction; readonly afterBytes: number }
  /** The server has done what it was asked, and its answer gets lost: the client's connection is reset. */
  | { readonly kind: 'lost' }
  /** One bit of that byte of the body is flipped. */
  | { readonly kind: 'flip'; readonly in: Direction; readonly byte: number }
  /** The body comes in pieces of that size, each on its own turn of the event loop. */
  | { readonly kind: 'slow'; readonly in: Direction; readonly pieceBytes: number }

/** A request as the proxy got it. */
export interface ProxiedRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** An HTTP proxy before a server, with the faults that networks and services have. */
export interface FaultyHttpProxy {
  readonly url: string
  /** Every request so far, oldest first. */
  readonly requests: readonly ProxiedRequest[]
  /** Chooses what happens to each request from now on; undefined: nothing. */
  choose(fault: (request: ProxiedRequest) => HttpFault | undefined): void
  stop(): Promise<void>
}

/** Starts a proxy on a free loopback port. It passes the Host header on as it is, so that signatures hold. */
export async function startFaultyHttpProxy(target: string): Promise<FaultyHttpProxy> {
  const { hostname, port } = new URL(target)
  const requests: ProxiedRequest[] = []
  let chosen: (request: ProxiedRequest) => HttpFault | undefined = () => undefined

  const server = createServer((incoming, outgoing) => {
    const { method = '', url: path = '', headers } = incoming
    const seen = { method, path, headers }
    requests.push(seen)
    // Whoever is at the other end of a broken connection finds out by himself.
    relay(incoming, outgoing, chosen(seen)).catch(() => incoming.socket.destroy())
  })

  async function relay(incoming: IncomingMessage, outgoing: ServerResponse, fault: HttpFault | undefined) {
    if (fault?.kind === 'answer') {
      for await (const _ of incoming);
      outgoing.writeHead(fault.status, fault.headers).end(fault.body)
      return
    }
    const { method, url: path, rawHeaders } = incoming
    const asked = request({ hostname, port, method, path, headers: rawHeaders, agent: false })
    const answered = once(asked, 'response') as Promise<[IncomingMessage]>
    answered.catch(() => {})
    const cut = () => {
      asked.destroy()
      incoming.socket.resetAndDestroy()
    }
    for await (const piece of faulty(incoming, faultIn('request', fault), cut)) {
      if (!asked.write(piece)) await once(asked, 'drain')
    }
    asked.end()
    const [answer] = await answered
    if (fault?.kind === 'lost') {
      for await (const _ of answer);
      incoming.socket.resetAndDestroy()
      return
    }
    outgoing.writeHead(answer.statusCode ?? 0, answer.rawHeaders)
    // What a stall or a cut leaves out is preceded by what is not.
    outgoing.flushHeaders()
    for await (const piece of faulty(answer, faultIn('answer', fault), cut)) {
      if (!outgoing.write(piece)) await once(outgoing, 'drain')
    }
    outgoing.end()
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    choose: (fault) => {
      chosen = fault
    },
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

type BodyFault = Exclude<HttpFault, { kind: 'answer' | 'lost' }>

const faultIn = (direction: Direction, fault: HttpFault | undefined): BodyFault | undefined =>
  fault && 'in' in fault && fault.in === direction ? fault : undefined

/** A body, piece by piece, and what happens to it. */
async function* faulty(
  body: AsyncIterable<Buffer>,
  fault: BodyFault | undefined,
  cut: () => void,
): AsyncGenerator<Buffer> {
  if (!fault) return yield* body
  let passed = 0
  const end = 'afterBytes' in fault ? fault.afterBytes : Number.POSITIVE_INFINITY
  for await (const chunk of body) {
    const size = fault.kind === 'slow' ? fault.pieceBytes : chunk.length
    for (let at = 0; at < chunk.length; at += size) {
      const piece = Buffer.from(chunk.subarray(at, Math.min(at + size, at + end - passed)))
      if (fault.kind === 'slow') await setImmediate()
      if (fault.kind === 'flip' && fault.byte >= passed && fault.byte < passed + piece.length) {
        piece[fault.byte - passed] = (piece[fault.byte - passed] ?? 0) ^ 0x10
      }
      passed += piece.length
      if (piece.length > 0) yield piece
      if (passed >= end) return await interrupt(fault, cut)
    }
  }
  // A body that is shorter than that meets it at its end.
  if (end !== Number.POSITIVE_INFINITY) await interrupt(fault, cut)
}

async function interrupt(fault: BodyFault, cut: () => void): Promise<void> {
  if (fault.kind === 'cut') cut()
  await new Promise(() => {})
}
