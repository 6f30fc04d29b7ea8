import { connect as dial, isIP, type Socket } from 'node:net'
import { connect as secure, TLSSocket } from 'node:tls'
import type pg from 'pg'
import type { Connector } from './connect.ts'

// https://www.postgresql.org/docs/current/protocol-message-formats.html: CancelRequest, SSLRequest
const cancelCode = 80877102
const sslCode = 80877103
/** A server that does not take the request in this time will not be the better for waiting. */
const timeoutMs = 5000

/**
 * Connections whose statement ends on the server as well when their signal aborts. A server does not look at the socket of a client
 * while its statement runs or waits: without being told it would go on waiting for a lock, with all the locks that it has.
 */
export function cancellingOnAbort(connector: Connector): Connector {
  return {
    ...connector,
    async connect(signal, ...rest) {
      const client = await connector.connect(signal, ...rest)
      const cancel = cancelRequest(client)
      if (cancel) {
        signal.addEventListener('abort', cancel, { once: true })
        client.once('end', () => signal.removeEventListener('abort', cancel))
      }
      return client
    },
  }
}

/** What pg knows about a connection and its types do not say. */
interface Wire {
  readonly connection: { readonly stream: unknown }
  readonly host: string
  readonly port: number
  readonly processID: number
  readonly secretKey: unknown
  readonly ssl: object | boolean
  readonly sslNegotiation?: string
}

/**
 * What asks the server to cancel the connection's statement; undefined where it cannot be asked. The address is taken now: a closed
 * socket has forgotten it, and by its name another server may answer.
 */
export function cancelRequest(client: pg.Client): (() => void) | undefined {
  const { connection, host, port, processID, secretKey, ssl, sslNegotiation } = client as unknown as Wire
  const { remoteAddress, remotePort } = connection.stream as Partial<Socket>
  const address = host.startsWith('/')
    ? { path: `${host}/.s.PGSQL.${port}` }
    : remoteAddress !== undefined && remotePort !== undefined && { host: remoteAddress, port: remotePort }
  // A stream of the caller's own has no address, and a pooler may have no key.
  if (!address || typeof secretKey !== 'number') return undefined
  const request = int32s(16, cancelCode, processID, secretKey)
  const isSecure = connection.stream instanceof TLSSocket
  return () => {
    const socket = dial(address)
    // Best effort: what failed is told already. The answer is that the server closes the connection.
    socket.setTimeout(timeoutMs, () => socket.destroy()).on('error', () => {})
    if (!isSecure) return void socket.resume().end(request)
    const encrypt = () => {
      const options = { ...(ssl as object), host, ...(isIP(host) === 0 && { servername: host }) }
      const direct = sslNegotiation === 'direct' ? { ALPNProtocols: ['postgresql'] } : {}
      const encrypted = secure({ ...options, ...direct, socket })
      encrypted.on('error', () => socket.destroy()).resume()
      encrypted.once('secureConnect', () => encrypted.end(request))
    }
    if (sslNegotiation === 'direct') return void socket.once('connect', encrypt)
    socket.write(int32s(8, sslCode))
    socket.once('data', (answer: Buffer) => (answer.toString() === 'S' ? encrypt() : socket.destroy()))
  }
}

function int32s(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, index) => {
    bytes.writeInt32BE(value, index * 4)
  })
  return bytes
}
