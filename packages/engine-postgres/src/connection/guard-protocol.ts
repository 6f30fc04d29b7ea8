import type { Duplex } from 'node:stream'
import { PgarkError } from '@pgark/core'
import type pg from 'pg'

/**
 * pg trusts its server. A message that does not fit what it waits for makes it throw out of the socket's listener, where nobody can
 * catch it, and the process would end: this closes the connection instead, so that whoever waits is told. And rows are counted.
 */
export function guardProtocol(client: pg.Client): void {
  const connection = client.connection as unknown as { attachListeners(stream: Duplex): void }
  const attach = connection.attachListeners
  // The stream is another one with TLS.
  connection.attachListeners = (stream) => {
    const others = stream.listeners('data')
    attach.call(connection, stream)
    for (const parse of stream.listeners('data').filter((listener) => !others.includes(listener))) {
      stream.off('data', parse as () => void)
      stream.on('data', (chunk: Buffer) => {
        try {
          parse(chunk)
        } catch (cause) {
          stream.destroy(outsideProtocol("something that does not belong to PostgreSQL's protocol", cause))
        }
      })
    }
  }
  countRows(client)
}

interface Result {
  readonly command: string
  readonly rowCount: number | null
  readonly rows: readonly unknown[]
}

/** A row that is lost on the way could be a sequence or a large object that the backup then lacks: the server says how many it sent. */
function countRows(client: pg.Client): void {
  const open = client as { query(...args: unknown[]): unknown }
  const query = open.query.bind(client)
  const checked = (answer: Result | Result[]) => {
    for (const { command, rowCount, rows } of [answer].flat()) {
      if (command !== 'SELECT' || rowCount === rows.length) continue
      throw outsideProtocol(`${rows.length} rows, and says that they are ${rowCount}`)
    }
    return answer
  }
  open.query = (...args) => {
    const answer = query(...args)
    return answer instanceof Promise ? answer.then(checked) : answer
  }
}

function outsideProtocol(what: string, cause?: unknown): PgarkError {
  return new PgarkError('ENGINE.PROTOCOL', `The server sent ${what}.`, {
    hint: 'check what stands between here and the server, use TLS, then run it again',
    retryable: true,
    cause,
  })
}
