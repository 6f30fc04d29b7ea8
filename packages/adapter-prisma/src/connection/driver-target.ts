import type { OrmConnection } from '@pgark/core'
import { driverAdapterOf } from '../client/prisma-client.ts'
import { lookedFor } from '../config/find-config.ts'
import { wrongOrm } from '../wrong-orm.ts'
import { refuseOtherUrls } from './prisma-url.ts'

/** What a configuration for pg has to do with connections; the others are about the pool. */
const names = [
  ...['host', 'port', 'user', 'database', 'ssl', 'sslnegotiation', 'enableChannelBinding', 'options', 'stream'],
  ...['application_name', 'fallback_application_name', 'connectionTimeoutMillis'],
  ...['keepAlive', 'keepAliveInitialDelayMillis'],
]
/** What pg takes from the connection string alone where there is one, even if that leaves it out. */
const inString: ReadonlySet<string> = new Set(['host', 'port', 'user', 'database', 'password'])

/** Where the driver adapter of a client connects to, for `postgres()`. Throws `USAGE.ORM` where that cannot be told. */
export function driverTarget(client: unknown, folder: string): OrmConnection {
  const adapter = driverAdapterOf(client)
  if (!adapter) {
    throw wrongOrm(
      `The client of Prisma has no driver adapter that would say where the database is, and no config file does: looked for ${lookedFor(folder)}.`,
      'make it with one, new PrismaClient({ adapter: new PrismaPg(…) }), or give connection, its URL as an argument of the command, or a config file with datasource.url',
    )
  }
  const origin = `the driver adapter of the client${typeof adapter.adapterName === 'string' ? ` (${adapter.adapterName})` : ''}`
  const options = connectionOf(adapter.config, origin)
  return { origin, options }
}

/** The schema that the client uses for models that name none; undefined where it has no driver adapter. */
export function driverSchema(client: unknown): string | undefined {
  const adapter = driverAdapterOf(client)
  if (!adapter) return undefined
  const { schema } = Object(adapter.options) as { readonly schema?: unknown }
  return typeof schema === 'string' && schema !== '' ? schema : 'public'
}

/** Throws `USAGE.ORM` where a URL names another schema than the client uses: with a driver adapter Prisma does not look at the URL. */
export function refuseOtherSchema(client: unknown, named: string | undefined, origin: string): void {
  const used = driverSchema(client)
  if (named === undefined || used === undefined || named === used) return
  throw wrongOrm(
    `The client of Prisma uses the schema ${used}, and ${origin} names another one: ${named}.`,
    `give it to the driver adapter, new PrismaPg(…, { schema: '${named}' }), or take ?schema= out of the URL`,
  )
}

function connectionOf(config: unknown, origin: string): Record<string, unknown> {
  const given = Object(config) as Readonly<Record<string, unknown>>
  const { connectionString } = given
  if (typeof connectionString === 'string') refuseOtherUrls(connectionString, `the connection string of ${origin}`)
  const options: Record<string, unknown> = {}
  // By name: pg hides the password and the private key of a pool, so that they are not copied with the rest.
  for (const name of [...names, 'password']) {
    if (given[name] != null && !(typeof connectionString === 'string' && inString.has(name)))
      options[name] = given[name]
  }
  if (typeof options.ssl === 'object') {
    const { key } = options.ssl as { readonly key?: unknown }
    options.ssl = { ...options.ssl, ...(key !== undefined && { key }) }
  }
  if (typeof options.port === 'string') options.port = Number(options.port)
  if (typeof connectionString === 'string') return { connectionString, ...options }
  if (options.host !== undefined || options.stream !== undefined) return options
  throw wrongOrm(
    `Neither a connection string nor a host stands in ${origin}.`,
    'give one to it, or connection here: it may take another one from the environment, which a library does not read',
  )
}
