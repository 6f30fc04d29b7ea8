import { readFileSync } from 'node:fs'
import path from 'node:path'
import { wrongOrm } from '../wrong-orm.ts'

/** What a URL that Prisma understands says, for `postgres()`. */
export interface PrismaTarget {
  readonly options: Readonly<Record<string, unknown>>
  /** The schema of models that name none. */
  readonly schema: string | undefined
}

/** Parameters by which Prisma configures itself. https://www.prisma.io/docs/orm/overview/databases/postgresql */
const ownParameters: ReadonlySet<string> = new Set([
  ...['schema', 'connection_limit', 'pool_timeout', 'pgbouncer', 'socket_timeout', 'statement_cache_size'],
  ...['single_use_connections', 'max_connection_lifetime', 'max_idle_connection_lifetime'],
  ...['sslaccept', 'sslcert', 'sslidentity', 'sslpassword'],
])

/**
 * A URL without what only Prisma understands; what it says of TLS in the words of libpq. Paths are relative to that folder, as for
 * Prisma. Throws `USAGE.ORM`, and never repeats the URL.
 */
export function prismaTarget(url: string, origin: string, folder: string): PrismaTarget {
  refuseOtherUrls(url, origin)
  const [address = '', ...rest] = url.split('?')
  const pairs = rest
    .join('?')
    .split('&')
    .filter(Boolean)
    .map((pair) => ({ pair, name: decoded(pair.split('=')[0], origin) }))
  const parameter = (name: string) => {
    const found = pairs.find((each) => each.name === name)
    return found && (decoded(found.pair.split('=').slice(1).join('='), origin) || undefined)
  }
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
    options: {
      connectionString: query.length > 0 ? `${address}?${query.join('&')}` : address,
      ...(identity !== undefined && { tls: identityOf(path.resolve(folder, identity), parameter('sslpassword')) }),
    },
    schema: parameter('schema'),
  }
}

/** Throws `USAGE.ORM` for a URL by which no PostgreSQL can be spoken to. */
export function refuseOtherUrls(url: string, origin: string): void {
  const [, scheme = ''] = /^([a-z][a-z\d+.-]*):/i.exec(url) ?? []
  if (/^prisma(\+postgres)?$/i.test(scheme)) {
    throw wrongOrm(
      `${capital(origin)} is a URL of Accelerate or of Prisma's local server (${scheme}://), by which no backup can be made.`,
      'give the TCP connection of the database itself: fromPrisma(prisma, { connection: process.env.DIRECT_URL })',
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
