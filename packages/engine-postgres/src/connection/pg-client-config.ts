import type { Duplex } from 'node:stream'
import type { ConnectionOptions as TlsOptions } from 'node:tls'
import type { ConnectionTarget } from './parse-target.ts'

/**
 * The fields of pg's `ClientConfig` that have other names here, or no other name, so that a configuration for pg can be given as
 * it is. Where both names are given, pgark's wins.
 */
export interface PgClientConfig {
  /** `true`: as `sslMode: 'verify-full'`. An object: the same, or `'require'` where it has `rejectUnauthorized: false`. */
  ssl?: boolean | TlsOptions | undefined
  /** `direct` begins with TLS at once, which servers understand from 17 on. Default `postgres`. */
  sslnegotiation?: 'postgres' | 'direct' | undefined
  /** `false`: as `channelBinding: 'disable'`. */
  enableChannelBinding?: boolean | undefined
  application_name?: string | undefined
  fallback_application_name?: string | undefined
  /** As `connectTimeoutMs`; 0 is the default of that. */
  connectionTimeoutMillis?: number | undefined
  /** TCP keep-alive. Default `true`. */
  keepAlive?: boolean | undefined
  /** Silence before the first keep-alive probe, in ms. Default 60,000. */
  keepAliveInitialDelayMillis?: number | undefined
  /** Settings for the server, as in `-c geqo=off`. Poolers may refuse them. */
  options?: string | undefined
  /** Makes the stream of each connection, in place of a TCP socket; for tunnels. pg connects it, and puts TLS on it. */
  stream?: ((config?: unknown) => Duplex | undefined) | undefined
  /** Not applied, as the following: what suits an application must not end a backup, nor change what is read. */
  statement_timeout?: false | number | undefined
  query_timeout?: number | undefined
  lock_timeout?: number | undefined
  idle_in_transaction_session_timeout?: number | undefined
  types?: unknown
  client_encoding?: string | undefined
  pipeline?: boolean | undefined
}

/** What pg's names say, by ours. */
export function fromPgNames(config: PgClientConfig): ConnectionTarget {
  const { ssl, enableChannelBinding, connectionTimeoutMillis } = config
  const applicationName = config.application_name || config.fallback_application_name
  return {
    ...(ssl === false && { sslMode: 'disable' }),
    ...(ssl === true && { sslMode: 'verify-full' }),
    ...(typeof ssl === 'object' && { sslMode: ssl.rejectUnauthorized === false ? 'require' : 'verify-full', tls: ssl }),
    ...(enableChannelBinding === false && { channelBinding: 'disable' }),
    ...(applicationName && { applicationName }),
    ...(connectionTimeoutMillis && { connectTimeoutMs: connectionTimeoutMillis }),
  }
}

/** pg hides the private key in objects that it has seen: it is there, but is not copied with the rest. */
export function copiedTls(tls: TlsOptions | undefined): TlsOptions {
  return { ...tls, ...(tls?.key !== undefined && { key: tls.key }) }
}
