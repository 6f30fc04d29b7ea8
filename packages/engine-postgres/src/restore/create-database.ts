import { PgarkError, type RunContext } from '@pgark/core'
import { quoteIdentifier } from '@pgark/pg-sql'
import type pg from 'pg'
import { cancelRequest } from '../connection/cancel-on-abort.ts'
import type { Connector } from '../connection/connect.ts'
import { databaseError, sqlstate } from '../connection/database-error.ts'

/** Databases from which another one can be created, in the order in which they are tried. */
const maintenanceDatabases = ['postgres', 'template1']
const duplicateDatabase = '42P04'
/** What makes or drops a database is never cut off, or nobody would know what became of it. */
const never = new AbortController().signal

/** A database that was made for a restore, and can be taken back. */
export interface CreatedDatabase {
  drop(): Promise<void>
}

/** Creates the target database of a backup that is in that encoding. */
export type CreateDatabase = (
  connector: Connector,
  encoding: string | undefined,
  run: RunContext,
) => Promise<CreatedDatabase>

/**
 * Creates the target database from template0, so that it is empty. In the cluster's encoding, to which text is converted, unless the
 * backup is in none. Throws `REFUSED.EXISTS` when it is there.
 */
export const createDatabase: CreateDatabase = (connector, encoding, run) =>
  createWith(connector, encoding === 'SQL_ASCII' ? "ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'" : '', run)

/** The same with options of CREATE DATABASE. An abort leaves no database behind. */
export async function createWith(connector: Connector, options: string, run: RunContext): Promise<CreatedDatabase> {
  const name = connector.options.database
  const sql = `CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE template0 ${options}`.trimEnd()
  run.signal.throwIfAborted()
  try {
    // Of a connection that is cut the server would still make the database, after any attempt to drop it.
    await onMaintenance(connector, never, (client) => cancelledBy(run.signal, client, sql))
  } catch (error) {
    if (run.signal.aborted) throw run.signal.reason
    if (sqlstate(error) === duplicateDatabase) throw existingDatabase(name)
    throw databaseError(error, 'RESTORE.CREATE_DATABASE', `Cannot create the database ${name}`)
  }
  run.log.debug(sql)
  const created = {
    async drop() {
      // The server may still be at work for a session whose connection was cut.
      await onMaintenance(connector, never, (client) =>
        client.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`),
      )
    },
  }
  if (!run.signal.aborted) return created
  await dropAgain(connector, created.drop, run)
  throw run.signal.reason
}

/** Runs a statement that the server is asked to cancel when the signal aborts, and waits for how it ends. */
async function cancelledBy(signal: AbortSignal, client: pg.Client, sql: string): Promise<void> {
  const cancel = cancelRequest(client) ?? (() => {})
  signal.addEventListener('abort', cancel, { once: true })
  try {
    signal.throwIfAborted()
    await client.query(sql)
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

/** Drops a database that was made for a restore which came to nothing; tells where that cannot be done. */
export async function dropAgain(connector: Connector, drop: CreatedDatabase['drop'], run: RunContext): Promise<void> {
  await drop().catch(() => {
    const message = `The database ${connector.options.database}, made for this restore, could not be dropped again.`
    run.onEvent({ type: 'warning', code: 'RESTORE.DATABASE_LEFT', message, hint: 'drop it by hand' })
  })
}

/** Does something on a connection to another database of the target's server. */
export async function onMaintenance<T>(
  connector: Connector,
  signal: AbortSignal,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const others = maintenanceDatabases.filter((database) => database !== connector.options.database)
  for (const [index, database] of others.entries()) {
    let client: pg.Client
    try {
      client = await connector.connect(signal, database)
    } catch (error) {
      if (index + 1 < others.length) continue
      throw error
    }
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }
  throw new PgarkError('RESTORE.CREATE_DATABASE', 'There is no database from which another one could be created.')
}

/** The error for a database that was to be created. */
export const existingDatabase = (name: string) =>
  new PgarkError('REFUSED.EXISTS', `The database ${name} is already there.`, {
    hint: 'choose another name, or leave out --create-database to restore into it',
  })
