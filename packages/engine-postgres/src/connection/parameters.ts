import type { ConnectionTarget } from './parse-target.ts'

interface Parameter {
  /** Whether it can have that value. */
  accepts(value: string): boolean
  assign(parsed: ConnectionTarget, value: string): void
}

const anything = () => true
const numberUpTo = (most: number) => (value: string) => /^\d{1,9}$/.test(value) && Number(value) <= most
const oneOf =
  (...values: string[]) =>
  (value: string) =>
    values.includes(value)
/** One value, or several for several servers. */
const list = (value: string) => (value.includes(',') ? value.split(',') : value)
const seconds = 1000

/** A parameter whose text is the option's value. */
function text(option: keyof ConnectionTarget, accepts: (value: string) => boolean = anything): Parameter {
  return { accepts, assign: (parsed, value) => Object.assign(parsed, { [option]: value }) }
}

const protocolVersion = oneOf('TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3')

/**
 * The parameters of libpq that are understood, in URLs, keyword strings and service files, except those that name files for TLS.
 *
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
 */
export const parameters: Readonly<Record<string, Parameter>> = {
  host: { accepts: anything, assign: (parsed, value) => (parsed.host = list(value)) },
  hostaddr: { accepts: anything, assign: (parsed, value) => (parsed.hostAddress = list(value)) },
  port: {
    accepts: (value) => value.split(',').every((port) => port === '' || (numberUpTo(65_535)(port) && Number(port) > 0)),
    assign: (parsed, value) => (parsed.port = value.includes(',') ? value.split(',').map(Number) : Number(value)),
  },
  dbname: text('database'),
  user: text('user'),
  password: text('password'),
  passfile: text('passfile'),
  sslmode: {
    accepts: oneOf('disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'),
    assign: (parsed, value) => {
      // pg's word for TLS with whoever answers.
      if (value === 'no-verify') parsed.tls = { ...parsed.tls, rejectUnauthorized: false }
      parsed.sslMode = (value === 'no-verify' ? 'require' : value) as NonNullable<ConnectionTarget['sslMode']>
    },
  },
  // As in libpq, for URLs that were made for JDBC.
  ssl: {
    accepts: oneOf('true', 'false', '1', '0'),
    assign: (parsed, value) => (parsed.sslMode ??= /true|1/.test(value) ? 'require' : 'disable'),
  },
  sslpassword: { accepts: anything, assign: (parsed, value) => (parsed.tls = { ...parsed.tls, passphrase: value }) },
  sslnegotiation: text('sslnegotiation', oneOf('postgres', 'direct')),
  ssl_min_protocol_version: {
    accepts: protocolVersion,
    assign: (parsed, value) => (parsed.tls = { ...parsed.tls, minVersion: value as 'TLSv1.2' }),
  },
  ssl_max_protocol_version: {
    accepts: protocolVersion,
    assign: (parsed, value) => (parsed.tls = { ...parsed.tls, maxVersion: value as 'TLSv1.2' }),
  },
  channel_binding: text('channelBinding', oneOf('disable', 'prefer', 'require')),
  require_auth: {
    accepts: (value) => value.split(',').every((method) => /^ *!?(none|password|md5|scram-sha-256) *$/.test(method)),
    assign: (parsed, value) => (parsed.requireAuth = value.split(',').map((method) => method.trim())),
  },
  target_session_attrs: text(
    'targetSessionAttrs',
    oneOf('any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'),
  ),
  load_balance_hosts: text('loadBalanceHosts', oneOf('disable', 'random')),
  application_name: text('applicationName'),
  fallback_application_name: { accepts: anything, assign: (parsed, value) => (parsed.applicationName ??= value) },
  options: text('options'),
  connect_timeout: {
    accepts: (value) => /^-?\d{1,6}$/.test(value),
    // libpq waits for ever with 0; here that is the default.
    assign: (parsed, value) =>
      Object.assign(parsed, Number(value) > 0 && { connectTimeoutMs: Number(value) * seconds }),
  },
  keepalives: { accepts: oneOf('0', '1'), assign: (parsed, value) => (parsed.keepAlive = value === '1') },
  keepalives_idle: {
    accepts: numberUpTo(1_000_000),
    assign: (parsed, value) => (parsed.keepAliveInitialDelayMillis = Number(value) * seconds),
  },
  gssencmode: { accepts: oneOf('disable', 'prefer'), assign: () => {} },
  // A certificate that there is is sent when the server asks for it; that it must ask is not known here.
  sslcertmode: { accepts: oneOf('allow'), assign: () => {} },
  // The only one that pg speaks.
  min_protocol_version: { accepts: oneOf('3.0'), assign: () => {} },
}

/** Parameters by which other clients configure themselves, and those of libpq that change nothing about a connection of ours. */
export const passedOver: ReadonlySet<string> = new Set([
  // Prisma
  ...['schema', 'connection_limit', 'pool_timeout', 'pgbouncer', 'sslaccept', 'socket_timeout'],
  ...['statement_cache_size', 'single_use_connections'],
  // pg
  ...['uselibpqcompat', 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'query_timeout'],
  // libpq
  ...['client_encoding', 'keepalives_interval', 'keepalives_count', 'tcp_user_timeout', 'sslcompression', 'gsslib'],
  ...['krbsrvname', 'gssdelegation', 'max_protocol_version'],
])
