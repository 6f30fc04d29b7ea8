import type pg from 'pg'
import { nameBeside } from './name-beside.ts'

export interface NamesBeside {
  /** Of the new database, until it takes the target's name. */
  readonly restored: string
  /** Of the target, from then on. */
  readonly kept: string
}

const namesSql = `
  SELECT pg_catalog.to_char(pg_catalog.timezone('UTC', pg_catalog.clock_timestamp()), 'YYYYMMDD"T"HH24MISS"Z"') AS utc,
         ARRAY(SELECT datname::pg_catalog.text FROM pg_catalog.pg_database) AS taken`

/** Names that nobody has, with the server's time in UTC. */
export async function namesBeside(client: pg.ClientBase, target: string): Promise<NamesBeside> {
  const { rows } = await client.query(namesSql)
  const [{ utc, taken }] = rows
  const name = (what: string) => nameBeside(target, `_${what}_${utc}`, new Set(taken))
  return { restored: name('restoring'), kept: name('before') }
}
