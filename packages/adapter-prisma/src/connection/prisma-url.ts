import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { OrmConnection } from '@pgark/core'
import type { PrismaConfig } from '../config/load-config.ts'
import { wrongOrm } from '../wrong-orm.ts'

/** A URL as Prisma takes it. */
export interface NamedUrl {
  readonly url: string
  /** Where it was found, for people. */
  readonly origin: string
  /** Paths in it are relative to that. */
  readonly folder: string
}

/** Where the config file of Prisma says that the database is; undefined where it does not say it. */
export function urlOf(config: PrismaConfig | undefined): NamedUrl | undefined {
  if (config?.url === undefined) return undefined
  const origin = `datasource.url of ${path.relative(path.resolve(), config.file)}`
  return { url: config.url, origin, folder: path.dirname(config.file) }
}

/** Parameters by which Prisma configures itself. https://www.prisma.io/docs/orm/overview/databases/postgresql */
const ownParameters: ReadonlySet<string> = new Set([
  ...['schema', 'connection_limit', 'pool_timeout', 'pgbouncer', 'socket_timeout', 'statement_cache_size'],
  ...['single_use_connections', 'max_connection_lifetime', 'max_idle_connection_lifetime'],
  ...['sslaccept', 'sslcert', 'sslidentity', 'sslpassword'],
])

/**
 * A URL without what only Prisma understands, for `postgres()`; what it says of TLS in the words of libpq. Throws `USAGE.ORM`, and
 * never repeats the URL.
 */
export function prismaTarget({ url, origin, folder }: NamedUrl): OrmConnection {
  refuseOtherUrls(url, origin)
  const { address, pairs, parameter } = partsOf({ url, origin })
  const isStrict = parameter('sslaccept') === 'strict' && parameter('sslmode') !== 'disable'
  const kept = pairs.filter(({ name }) => !ownParameters.has(name) && !(isStrict && name === 'sslmode'))
  const root = parameter('sslcert')
  const identity = parameter('sslidentity')
  const query = [
    ...kept.map(({ pair }) => pair),
    ...(isStrict ? ['sslmode=verify-full'] : []),
    // What Prisma calls the certificate is the one that the server's is checked with.
    ...(root === undefined ? [] : [`sslrootcert=${encodeURIComponent(path.resolve(folder, root))}`]),
  ]
  return {
    origin,
    options: {
      connectionString: query.length > 0 ? `${address}?${query.join('&')}` : address,
      ...(identity !== undefined && { tls: identityOf(path.resolve(folder, identity), parameter('sslpassword')) }),
    },
  }
}

/** The schema of models that name none, where the URL names it. */
export const schemaIn = (named: NamedUrl | undefined) => named && partsOf(named).parameter('schema')

function partsOf({ url, origin }: Pick<NamedUrl, 'url' | 'origin'>) {
  const [address = '', ...rest] = url.split('?')
  const pairs = rest
    .join('?')
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const [name, ...value] = pair.split('=')
      return { pair, name: decoded(name, origin), value: decoded(value.join('='), origin) }
    })
  const parameter = (name: string) => pairs.find((each) => each.name === name)?.value || undefined
  return { address, pairs, parameter }
}

/** Throws `USAGE.ORM` for a URL by which no PostgreSQL can be spoken to. */
export function refuseOtherUrls(url: string, origin: string): void {
  const [, scheme = ''] = /^([a-z][a-z\d+.-]*):/i.exec(url) ?? []
  if (/^prisma(\+postgres)?$/i.test(scheme)) {
    throw wrongOrm(
      `${capital(origin)} is a URL of Accelerate or of Prisma's local server (${scheme}://), by which no backup can be made.`,
      'give the TCP connection of the database itself: fromPrisma(prisma, { connection: process.env.DIRECT_URL }), or its URL as an argument of the command',
    )
  }
  if (/^postgres(ql)?$/i.test(scheme)) return
  throw wrongOrm(
    `${capital(origin)} is no URL of PostgreSQL${scheme === '' ? '' : `, but begins with ${scheme}:`}.`,
    'give one that begins with postgresql://',
  )
}

function decoded(text: string | undefined, origin: string): string {
  const [result] = [text ?? ''].map((each) => (/%(?![\da-f]{2})/i.test(each) ? undefined : decodeURIComponent(each)))
  if (result !== undefined) return result
  throw wrongOrm(`${capital(origin)} cannot be read as a URL.`, 'percent-encode special characters in it')
}

function identityOf(file: string, passphrase: string | undefined): Record<string, unknown> {
  try {
    return { pfx: readFileSync(file), ...(passphrase !== undefined && { passphrase }) }
  } catch {
    throw wrongOrm('The file of the URL parameter sslidentity cannot be read.', `check ${file}`)
  }
}

const capital = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
