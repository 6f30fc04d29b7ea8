import type pg from 'pg'
import type { TargetSessionAttrs } from '../options.ts'
import { ConnectProblem } from './connect-problem.ts'

/** What a server says of itself. */
export interface SessionFacts {
  /** The process that answers. */
  readonly pid: number
  readonly isStandby: boolean
  readonly isReadOnly: boolean
  /** The server's own address, behind whatever stands in front of it; `null` for a unix socket. */
  readonly address: string | null
  readonly port: number | null
}

/** Nothing in it is found by a search_path that somebody has set. */
const factsSql = `
  SELECT pg_catalog.pg_backend_pid() AS pid, pg_catalog.pg_is_in_recovery() AS "isStandby",
         pg_catalog.current_setting('default_transaction_read_only') AS "isReadOnly",
         pg_catalog.host(pg_catalog.inet_server_addr()) AS address, pg_catalog.inet_server_port() AS port`

export async function readSessionFacts(client: pg.ClientBase): Promise<SessionFacts> {
  const { rows } = await client.query(factsSql)
  return { ...rows[0], isReadOnly: rows[0].isReadOnly === 'on' }
}

/** Throws where a server is not what is looked for. */
export function checkSessionAttributes(wanted: TargetSessionAttrs, { isStandby, isReadOnly }: SessionFacts): void {
  const kind = isStandby ? 'a standby' : isReadOnly ? 'read-only' : 'a primary'
  const fits: Record<TargetSessionAttrs, boolean> = {
    any: true,
    'read-write': !isStandby && !isReadOnly,
    'read-only': isStandby || isReadOnly,
    primary: !isStandby,
    standby: isStandby,
    'prefer-standby': true,
  }
  if (!fits[wanted])
    throw new ConnectProblem(`it is ${kind}`, `name a server that is ${wanted}, or change targetSessionAttrs`)
}
