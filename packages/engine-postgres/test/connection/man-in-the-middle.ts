import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { TLSSocket, connect as tlsConnect } from 'node:tls'
import type { Certificate } from '@pgark/test-servers'

const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

export interface Listener {
  readonly port: number
  close(): void
}

/** Stands between a client and the server at `port`: takes off TLS with a certificate of its own, and puts on TLS again. */
export async function manInTheMiddle(port: number, { certificate, key }: Certificate): Promise<Listener> {
  return await listen(async (client) => {
    await once(client, 'data')
    client.write('S')
    const near = new TLSSocket(client, { isServer: true, cert: certificate, key })
    const wire = connect(port, '127.0.0.1')
    wire.write(sslRequest)
    await once(wire, 'data')
    const far = tlsConnect({ socket: wire, rejectUnauthorized: false })
    for (const socket of [near, far, wire]) socket.on('error', () => {}).on('close', () => client.destroy())
    near.pipe(far).pipe(near)
  })
}

/** A server of some kind on a free loopback port. */
export async function listen(onConnection: (client: Socket) => void): Promise<Listener> {
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    sockets.add(client.on('error', () => {}))
    onConnection(client)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as { port: number }).port,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
