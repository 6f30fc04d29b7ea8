import type { RestoreNeeds, RestoreRequest } from '@pgark/core'
import { quoteIdentifier } from '@pgark/pg-sql'

/** Stands for whichever the database itself is in. */
const ofDatabase = 'pg_default'

/** The tablespace that must be there when everything goes to this one; none where it is left to the database. */
export const ownTablespace = (tablespace: string) => (tablespace === ofDatabase ? [] : [tablespace])

/**
 * Sends everything that has no tablespace of its own to one; what the backup says of its own is passed over then.
 *
 * https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-DEFAULT-TABLESPACE
 */
export function setTablespace(tablespace: string): string {
  const [name] = ownTablespace(tablespace)
  return `SET default_tablespace = ${name === undefined ? "''" : quoteIdentifier(name)}`
}

/** What is known of a backup's needs. Where nothing is, a tablespace that was asked for is looked at all the same. */
export function knownNeeds(
  needs: RestoreNeeds | undefined,
  { tablespace }: Pick<RestoreRequest, 'tablespace'>,
): RestoreNeeds | undefined {
  if (needs || tablespace === undefined) return needs
  return { source: { database: '', serverVersion: '0', encoding: 'UTF8' }, lockEstimate: 0 }
}
