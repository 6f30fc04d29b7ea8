import type pg from 'pg'

/** The parts of pg's connection that a statement of our own needs; pg hands it to `submit`. */
export interface WireConnection {
  readonly stream: import('node:net').Socket
}

const nothing = Buffer.alloc(0)
/** Empty names of portal and statement, no parameters, results as text. */
const bind = message('B', Buffer.alloc(8))
/** The unnamed portal, all rows. */
const execute = message('E', Buffer.alloc(5))
const sync = message('S', nothing)

/** A simple query message: the statement's bytes as they stand in the script, in whatever encoding the session has. */
export function queryMessage(sql: Uint8Array): Buffer {
  return message('Q', sql, Buffer.alloc(1))
}

/**
 * Runs one statement given as bytes, so that scripts in any encoding reach the server untouched. By the extended protocol, which
 * takes exactly one: text in which the server finds two is refused, whatever the reader of the script made of it. Rows that it
 * returns are dropped as they come. Rejects with the server's error.
 */
export function runStatement(client: pg.Client, sql: Uint8Array): Promise<void> {
  // The unnamed statement, its text, no types of parameters.
  const parse = message('P', Buffer.alloc(1), sql, Buffer.alloc(3))
  return new Promise((resolve, reject) => {
    client.query({
      submit(connection: pg.Connection) {
        const { stream } = connection as unknown as WireConnection
        stream.cork()
        for (const part of [parse, bind, execute, sync]) stream.write(part)
        stream.uncork()
      },
      handleRowDescription() {},
      handleDataRow() {},
      handleCommandComplete() {},
      handleEmptyQuery() {},
      handleError: reject,
      handleReadyForQuery: () => resolve(),
    } as pg.Submittable)
  })
}

/** A message of the protocol: its type, its length, its body. */
function message(type: string, ...body: readonly Uint8Array[]): Buffer {
  const head = Buffer.alloc(5)
  head.write(type)
  head.writeInt32BE(
    body.reduce((sum, part) => sum + part.byteLength, 4),
    1,
  )
  return Buffer.concat([head, ...body])
}
