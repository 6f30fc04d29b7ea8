import { isPgarkError, type RunContext, type Selection } from '@pgark/core'
import type { Archive } from '@pgark/pg-archive'
import type { Connector } from '../../connection/connect.ts'
import { databaseError } from '../../connection/database-error.ts'
import { beginPinned } from '../../connection/pinned-transaction.ts'
import { readServer } from '../../connection/server.ts'
import { readDefinitions } from '../../definitions/read-definitions.ts'

/** How pg_dump says that there is nothing of what it was asked for. */
const nothingThere = /no matching (tables|schemas) were found/

/** The definitions of a database at one instant, as a backup in that encoding would have them, with one character for each byte. */
export async function targetDefinitions(
  connector: Connector,
  selection: Selection,
  encoding: string,
  run: RunContext,
): Promise<Archive | undefined> {
  const { signal } = run
  const client = await connector.connect(signal)
  try {
    await beginPinned(client, connector.options.lockTimeoutMs, 'REPEATABLE READ')
    const server = await readServer(client)
    const { rows } = await client.query('SELECT pg_export_snapshot() AS id')
    const snapshot = { id: rows[0].id, server, signal, client }
    return await readDefinitions(connector, snapshot, selection, { encoding, decode: 'latin1' }, run)
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (isPgarkError(error) && nothingThere.test(error.message)) return undefined
    throw databaseError(error, 'ENGINE.COMPARE', `Cannot read the definitions of ${connector.target}`)
  } finally {
    await client.end()
  }
}
