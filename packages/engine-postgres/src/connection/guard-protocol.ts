import type { Duplex } from 'node:stream'
import { PgarkError } from '@pgark/core'
import type pg from 'pg'

/**
 * pg trusts its server: a message that does not fit what it waits for makes it throw out of the socket's listener, where nobody can
 * catch it, and the process would end. This closes the connection instead, so that whoever waits is told.
 */
export function guardProtocol(client: pg.Client): void {
  const connection = client.connection as unknown as { attachListeners(stream: Duplex): void }
  const attach = connection.attachListeners
  // The stream is another one with TLS.
  connection.attachListeners = (stream) => {
    attach.call(connection, stream)
    for (const parse of stream.listeners('data')) {
      stream.off('data', parse as () => void)
      stream.on('data', (chunk: Buffer) => {
        try {
          parse(chunk)
        } catch (cause) {
          stream.destroy(outsideProtocol(cause))
        }
      })
    }
  }
}

function outsideProtocol(cause: unknown): PgarkError {
  return new PgarkError('ENGINE.PROTOCOL', "The server sent something that does not belong to PostgreSQL's protocol.", {
    hint: 'check what stands between here and the server, use TLS, then run it again',
    retryable: true,
    cause,
  })
}
