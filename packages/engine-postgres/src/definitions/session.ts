import { PgarkError } from '@pgark/core'
import { bodiesOf, encodeMessage } from './message-scanner.ts'
import type { ServerParameters } from './startup.ts'
import type { Tunnel } from './tunnel.ts'

/** The values that libpq and pg_dump take from ParameterStatus, or may take in another version. */
const REPORTED = [
  'server_version',
  'server_encoding',
  'client_encoding',
  'standard_conforming_strings',
  'integer_datetimes',
  'is_superuser',
  'session_authorization',
  'DateStyle',
  'IntervalStyle',
  'TimeZone',
  'application_name',
]

/** What the tunnel's startup answer and pg_dump's arguments need to know about the session. */
export interface SessionFacts {
  readonly database: string
  readonly serverEncoding: string
  readonly parameters: ServerParameters
}

/** Asks the server through the tunnel, so that the watchdog and a lost connection are seen to here as well. */
export async function readSession(tunnel: Tunnel): Promise<SessionFacts> {
  const settings = REPORTED.map((name) => `pg_catalog.current_setting('${name}')`)
  const query = `SELECT pg_catalog.current_database(), ${settings.join(', ')}`
  const answer = await tunnel.exchange(encodeMessage('Q', `${query}\0`), 1)
  const [row] = bodiesOf('D', answer)
  if (row === undefined) {
    throw new PgarkError('ENGINE.PG_DUMP', 'The session that pg_dump should use does not answer a query', {
      hint: 'Give it a connection of its own, outside any transaction.',
    })
  }
  const [database = Buffer.alloc(0), ...values] = columns(row)
  // One character per byte, as startup messages are encoded, so that a user's name goes through in any encoding.
  const parameters = Object.fromEntries(REPORTED.map((name, index) => [name, values[index]?.toString('latin1') ?? '']))
  return { database: database.toString('utf8'), serverEncoding: parameters.server_encoding ?? 'UTF8', parameters }
}

/** The columns of a DataRow. None of ours is NULL. */
function columns(row: Buffer): Buffer[] {
  const found: Buffer[] = []
  let offset = 2
  for (let left = row.readInt16BE(0); left > 0; left--) {
    const from = offset + 4
    offset = from + row.readInt32BE(offset)
    found.push(row.subarray(from, offset))
  }
  return found
}
