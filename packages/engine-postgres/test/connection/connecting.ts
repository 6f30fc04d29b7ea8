import { isPgarkError, type PgarkErrorLike } from '@pgark/core'
import type pg from 'pg'
import { createConnector } from '../../src/connection/connect.ts'
import { type PostgresOptions, resolveOptions } from '../../src/options.ts'

/** What the server says of a connection: it is the judge of how it was made. */
export interface Seen {
  readonly user: string
  readonly database: string
  readonly port: number | null
  readonly isEncrypted: boolean
  readonly clientName: string | null
  readonly applicationName: string
  readonly searchPath: string
}

const seenSql = `
  SELECT current_user AS user, current_database() AS database, inet_server_port() AS port, s.ssl AS "isEncrypted",
         s.client_dn AS "clientName", current_setting('application_name') AS "applicationName",
         current_setting('search_path') AS "searchPath"
  FROM pg_stat_ssl s WHERE pid = pg_backend_pid()`

/** Connects, and answers what the server saw. */
export async function seen(options: PostgresOptions | string): Promise<Seen> {
  return await withClient(options, async (client) => (await client.query<Seen>(seenSql)).rows[0] as Seen)
}

export async function withClient<T>(
  options: PostgresOptions | string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = await createConnector(resolveOptions(options)).connect(new AbortController().signal)
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** The error that ends an attempt to connect. */
export async function failure(options: PostgresOptions | string): Promise<PgarkErrorLike> {
  try {
    await withClient(options, async () => {})
  } catch (error) {
    if (isPgarkError(error)) return error
    throw error
  }
  throw new Error('Expected no connection.')
}
