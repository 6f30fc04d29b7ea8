import type { TestServer } from '@pgark/test-servers'
import pg from 'pg'
import { connectionString } from '../../src/definitions/args.ts'
import { choosePgDump } from '../../src/definitions/choose.ts'
import { readSession } from '../../src/definitions/session.ts'
import { openTunnel } from '../../src/definitions/tunnel.ts'
import { runWasm } from '../../src/definitions/wasm.ts'
import { at } from '../definitions/session.ts'

/**
 * The plain dump of a whole database by the built-in pg_dump: a file that pgark did not write, where nothing is installed. It holds
 * its rows as INSERTs, which the library around that pg_dump insists on, and no large objects: definitions need none, so the
 * connection that it is given cannot read them.
 */
export async function dumpPlain(server: TestServer, database: string): Promise<Uint8Array> {
  const program = await choosePgDump('wasm', server.major * 10_000)
  if (program.kind !== 'wasm') throw new Error('Expected the built-in pg_dump')
  const client = new pg.Client(at(server, database))
  await client.connect()
  const signal = new AbortController().signal
  const tunnel = openTunnel(client, { idleTimeoutMs: 60_000, signal })
  const { parameters } = await readSession(tunnel)
  const args = ['--format=plain', '--no-large-objects', `--dbname=${connectionString({ dbname: database })}`]
  try {
    return (await runWasm({ program, args, parameters, user: 'postgres', tunnel, signal })).bytes
  } finally {
    tunnel.release()
    await client.end()
  }
}
