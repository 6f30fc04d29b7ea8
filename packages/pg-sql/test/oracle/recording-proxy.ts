import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'

/** What psql sent for one statement: its text, and the bytes of its COPY data if the server asked for some. */
export interface SentStatement {
  readonly sql: string
  readonly data: string
}

export interface RecordingProxy {
  readonly port: number
  /** What comes over the next connection, once that has ended. */
  nextSession(): Promise<SentStatement[]>
  close(): Promise<void>
}

/** Stands between a client and a server on loopback, passes every byte on and keeps what the client says. */
export async function recordingProxy(serverPort: number): Promise<RecordingProxy> {
  let tell = (_: SentStatement[]) => {}
  const proxy = createServer((client) => {
    const chunks: Buffer[] = []
    const server = connect(serverPort, '127.0.0.1')
    client.on('data', (chunk: Buffer) => chunks.push(chunk))
    client.on('close', () => tell(sentStatements(Buffer.concat(chunks))))
    // A side that goes away takes the other one with it.
    client.on('error', () => server.destroy()).pipe(server)
    server.on('error', () => client.destroy()).pipe(client)
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return {
    port: (proxy.address() as AddressInfo).port,
    nextSession: () =>
      new Promise((resolve) => {
        tell = resolve
      }),
    async close() {
      proxy.close()
      await once(proxy, 'close')
    },
  }
}

/** https://www.postgresql.org/docs/current/protocol-message-formats.html; only the startup message has no type. */
function sentStatements(bytes: Buffer): SentStatement[] {
  const statements: { sql: string; data: string }[] = []
  for (let at = bytes.readInt32BE(0); at < bytes.length; ) {
    const type = bytes.toString('latin1', at, at + 1)
    const end = at + 1 + bytes.readInt32BE(at + 1)
    const body = bytes.toString('utf8', at + 5, end)
    const last = statements.at(-1)
    if (type === 'Q') statements.push({ sql: body.slice(0, -1), data: '' })
    else if (type === 'd' && last) last.data += body
    at = end
  }
  return statements
}
