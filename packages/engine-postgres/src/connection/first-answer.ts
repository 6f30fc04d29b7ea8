import type { Duplex } from 'node:stream'
import type pg from 'pg'
import { ConnectProblem } from './connect-problem.ts'

const others: [name: string, greeting: RegExp][] = [
  ['HTTP', /^HTTP\//],
  ['SSH', /^SSH-/],
  ['SMTP or FTP', /^220[ -]/],
]
/** Of a server asked for TLS: yes, no, error. Otherwise: authentication, error, another version of the protocol, a notice. */
const firstBytes = { tls: /^([SN]$|E)/, plain: /^[REvN]/ }

/**
 * Looks at the first bytes that come, before pg does: those of another protocol pg takes for the head of a message that is a
 * gigabyte long, and waits for the rest.
 */
export function expectPostgres(client: pg.Client, isEncrypted: boolean): void {
  const stream: Duplex = client.connection.stream
  stream.once('data', (chunk: Buffer) => {
    const text = chunk.toString('latin1')
    if ((isEncrypted ? firstBytes.tls : firstBytes.plain).test(text)) return
    const other = others.find(([, greeting]) => greeting.test(text))
    const hint = "check the port: 5432 is PostgreSQL's usual one"
    const reason = other
      ? `what answers there speaks ${other[0]}`
      : "what answers there does not speak PostgreSQL's protocol"
    // At once: pg has an error of its own for these bytes.
    client.connection.emit('error', new ConnectProblem(reason, hint))
    stream.destroy()
  })
}
