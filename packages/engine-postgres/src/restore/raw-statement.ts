import type pg from 'pg'

/** The parts of pg's connection that a statement of our own needs; pg hands it to `submit`. */
export interface WireConnection {
  readonly stream: import('node:net').Socket
}

/** A simple query message: the statement's bytes as they stand in the script, in whatever encoding the session has. */
export function queryMessage(sql: Uint8Array): Buffer {
  const message = Buffer.allocUnsafe(sql.byteLength + 6)
  message.write('Q', 0)
  message.writeInt32BE(sql.byteLength + 5, 1)
  message.set(sql, 5)
  message[message.length - 1] = 0
  return message
}

/**
 * Runs one statement given as bytes, so that scripts in any encoding reach the server untouched. Rows that it returns are dropped
 * as they come. Rejects with the server's error.
 */
export function runStatement(client: pg.Client, sql: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query({
      submit: (connection: pg.Connection) =>
        void (connection as unknown as WireConnection).stream.write(queryMessage(sql)),
      handleRowDescription() {},
      handleDataRow() {},
      handleCommandComplete() {},
      handleEmptyQuery() {},
      handleError: reject,
      handleReadyForQuery: () => resolve(),
    } as pg.Submittable)
  })
}
