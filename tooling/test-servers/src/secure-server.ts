import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { certificateAuthority } from './certificates.ts'

export interface SecureServer {
  /** With `https:`, by its address. */
  readonly url: string
  stop(): Promise<void>
}

/** Starts a server that nobody reaches who checks certificates: its own is of an authority that nobody trusts. */
export async function startUntrustedServer(): Promise<SecureServer> {
  const authority = await certificateAuthority('Nobody')
  const { certificate, key } = await authority.issue({ name: 'untrusted', for: ['127.0.0.1'] })
  const server = createServer({ cert: certificate, key }, (_, response) => response.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
