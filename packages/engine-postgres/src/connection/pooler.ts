import { PgarkError } from '@pgark/core'
import type pg from 'pg'
import { describeServers, type ServerAddress } from './server-addresses.ts'
import type { SessionFacts } from './session-attributes.ts'

/** How often the two clients take turns. */
const rounds = 3
const pidSql = 'SELECT pg_catalog.pg_backend_pid() AS pid'

/** Whether pg was told another process than the one that answers: a pooler, or some other proxy, stands between. */
export function isProxied(client: pg.Client, { pid }: SessionFacts): boolean {
  // pg's types leave it out.
  return (client as unknown as { processID: number | null }).processID !== pid
}

/**
 * Whether a proxy lends its connections for a transaction at a time. One that lends them for a session does no harm, and cannot be
 * told by its process id, nor by its answers to one client alone, who mostly gets the same connection again. So a second client
 * opens a transaction. It is lent what the first has just used, or the first, asking again, is lent another.
 */
export async function lendsByTransaction(
  client: pg.Client,
  connectAnother: () => Promise<pg.Client>,
): Promise<boolean> {
  const pidOf = async (of: pg.Client): Promise<number> => (await of.query(pidSql)).rows[0].pid
  const own = await pidOf(client)
  const other = await connectAnother()
  try {
    for (let round = 0; round < rounds; round++) {
      // Where connections are lent in turn, the next question gets the next one.
      if ((await pidOf(client)) !== own) return true
      await other.query('BEGIN')
      if ((await pidOf(other)) === own || (await pidOf(client)) !== own) return true
      await other.query('ROLLBACK')
    }
    return false
  } finally {
    await other.end()
  }
}

/** The refusal, with the way around: the server behind the pooler. */
export function poolerError(target: string, server: ServerAddress, { address, port }: SessionFacts): PgarkError {
  const known = knownPoolers.find(({ host }) => host.test(server.host))
  const seen = address === null ? undefined : describeServers([{ host: address, port: port ?? server.port }])
  const direct = known?.direct(server) ?? (seen && `connect to the server itself, which the pooler reaches at ${seen}`)
  return new PgarkError('REFUSED.POOLER', `Behind ${target} is a connection pooler in transaction mode.`, {
    hint: `${direct ?? 'connect to the server itself'}; to back up through the pooler, allow it (--allow-pooler)`,
    meta: { target, ...(seen !== undefined && { server: seen }) },
  })
}

/** Services whose servers have an address beside their pooler's, and are not reached where the pooler reaches them. */
const knownPoolers: { host: RegExp; direct(server: ServerAddress): string }[] = [
  {
    host: /-pooler\..*neon\.(tech|build)$/,
    direct: ({ host }) => `connect to ${host.replace('-pooler.', '.')}`,
  },
  {
    host: /\.pooler\.supabase\.com$/,
    direct: ({ host }) => `connect to ${host}:5432 (its session mode), or to the address of the database itself`,
  },
  {
    host: /\.proxy-[^.]+\..*\.rds\.amazonaws\.com/,
    direct: () => 'connect to the endpoint of the instance or cluster instead of that of RDS Proxy',
  },
  {
    host: /\.db\.ondigitalocean\.com$/,
    direct: ({ host }) => `connect to ${host}:25060, the database itself`,
  },
]
