import { PgarkError } from '@pgark/core'
import { type NamedParts, namedByUrl, parametersOfUrl } from './connection-url.ts'

/** What TypeORM gives to pg for connections, as far as it is not about the pool: names of `ClientConfig` of pg. */
const names = [
  ...['connectionString', 'host', 'port', 'user', 'password', 'database', 'ssl', 'sslnegotiation'],
  ...['enableChannelBinding', 'options', 'stream', 'application_name', 'fallback_application_name'],
  ...['connectionTimeoutMillis', 'keepAlive', 'keepAliveInitialDelayMillis'],
] as const

/** Of one server: the options of the DataSource themselves, or one entry of `replication`. */
export type Credentials = Readonly<Record<string, unknown>>

/**
 * What TypeORM would connect with, merged as its driver for PostgreSQL does, for `postgres()`. Throws `USAGE.ORM` where it does not
 * say which host, which database and which user: another database, silently, would be the worst of backups.
 */
export function connectionOptions(
  options: Readonly<Record<string, unknown>>,
  credentials: Credentials,
): Record<string, unknown> {
  const merged: Record<string, unknown> = {
    connectionString: credentials.url,
    host: credentials.host,
    user: credentials.username,
    password: credentials.password,
    database: credentials.database,
    port: credentials.port,
    ssl: credentials.ssl,
    connectionTimeoutMillis: options.connectTimeoutMS,
    application_name: options.applicationName ?? credentials.applicationName,
    ...(options.extra as object | undefined),
  }
  const hidden = hiddenByUrl(merged.connectionString)
  const chosen: Record<string, unknown> = {}
  for (const name of names) {
    const value = merged[name]
    // pg takes empty text for none.
    if (value != null && value !== '' && !hidden.has(name)) chosen[name] = value
  }
  if (typeof chosen.port === 'string') chosen.port = Number(chosen.port)
  if (typeof chosen.ssl === 'object') chosen.ssl = copiedTls(chosen.ssl as TlsParts)
  refuseUnnamed(chosen)
  return chosen
}

interface TlsParts {
  readonly key?: unknown
}

/** pg hides the private key in objects that it has seen: it is there, but is not copied with the rest. */
const copiedTls = (tls: TlsParts): TlsParts => ({ ...tls, ...(tls.key !== undefined && { key: tls.key }) })

/** pg takes the URL's word against the fields', for the server and the user also where the URL says nothing of them. */
function hiddenByUrl(url: unknown): ReadonlySet<string> {
  if (typeof url !== 'string' || url === '') return new Set()
  const parameters = parametersOfUrl(url)
  const isAboutTls = parameters.some((name) => name.startsWith('ssl'))
  return new Set(['host', 'port', 'user', 'password', 'database', ...parameters, ...(isAboutTls ? ['ssl'] : [])])
}

function refuseUnnamed({ host, database, user, stream, connectionString }: Record<string, unknown>): void {
  const named: NamedParts =
    typeof connectionString === 'string'
      ? namedByUrl(connectionString)
      : { host: host !== undefined, database: database !== undefined, user: user !== undefined }
  const missing = [
    ...(named.host || stream !== undefined ? [] : ['which host it connects to']),
    ...(named.database ? [] : ['which database it connects to']),
    ...(named.user ? [] : ['as which user it connects']),
  ]
  if (missing.length === 0) return
  throw new PgarkError('USAGE.ORM', `The DataSource does not say ${missing.join(', nor ')}.`, {
    hint: 'name it by url, or host, database and username, of the DataSource, or by connection of fromTypeORM(): what its driver would add from the environment is not read',
  })
}
