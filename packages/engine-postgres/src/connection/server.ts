import { PgarkError } from '@pgark/core'
import type pg from 'pg'

/** What is asked of a server before anything else. */
export interface Server {
  readonly database: string
  /** `16.14` */
  readonly version: string
  /** 160014 */
  readonly versionNum: number
  /** The database's encoding. */
  readonly encoding: string
}

/** The oldest server that is read and written. */
const oldestVersionNum = 130_000

/** Asks who answers. Throws `ENGINE.UNSUPPORTED_SERVER` for servers older than 13. */
export async function readServer(client: pg.ClientBase): Promise<Server> {
  const { rows } = await client.query(`
    SELECT current_database() AS database, current_setting('server_version') AS version,
           current_setting('server_version_num')::int AS num, current_setting('server_encoding') AS encoding`)
  const [{ database, version, num, encoding }] = rows
  if (num < oldestVersionNum) {
    throw new PgarkError(
      'ENGINE.UNSUPPORTED_SERVER',
      `The server has version ${version}; 13 is the oldest that pgark supports.`,
      {
        hint: "use that version's own pg_dump",
      },
    )
  }
  // Distributions add their own name: "16.14 (Debian 16.14-1)".
  return { database, version: version.split(' ')[0], versionNum: num, encoding }
}
