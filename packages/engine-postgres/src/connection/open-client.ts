import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import pg from 'pg'
import type { ResolvedOptions } from '../options.ts'
import type { Authentication } from './authentication.ts'
import { expectPostgres } from './first-answer.ts'
import { guardProtocol } from './guard-protocol.ts'
import type { ServerAddress } from './server-addresses.ts'
import type { TlsMode } from './tls-modes.ts'

/** int8 has values that a JavaScript number cannot hold. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8
      ? BigInt
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
}

export interface ClientParts extends Pick<Authentication, 'password' | 'watch'> {
  readonly database: string
  readonly ssl: TlsMode
  readonly makeSocket: () => Socket
}

/** A client for that server, not connected yet. */
export function createClient(
  options: ResolvedOptions,
  server: ServerAddress,
  { database, ssl, makeSocket, password, watch }: ClientParts,
): pg.Client {
  // pg gives TLS its own host as the name that the certificate is for, whatever `servername` says.
  const host = server.host.startsWith('/') ? server.host : (options.tls.servername ?? server.host)
  const client = new pg.Client({
    host,
    port: server.port,
    user: options.user,
    database,
    password,
    ssl,
    sslnegotiation: ssl ? options.sslNegotiation : 'postgres',
    enableChannelBinding: ssl !== false && options.channelBinding !== 'disable',
    application_name: options.applicationName,
    keepAlive: options.keepAlive,
    keepAliveInitialDelayMillis: options.keepAliveInitialDelayMs,
    stream: () => streamTo(server.address ?? server.host, host, options.stream?.() ?? makeSocket()),
    types,
  })
  keepEnvironmentOut(client, options)
  guardProtocol(client)
  // A connection that is lost while idle is told by whoever uses it next, or watches it; without a listener it would end the process.
  client.on('error', () => {})
  watch(client)
  if (options.sslNegotiation !== 'direct') expectPostgres(client, ssl !== false)
  return client
}

/** What is not given to pg it takes from PGOPTIONS, PGAPPNAME, PGREPLICATION and PGBINARY, where a library has no business. */
function keepEnvironmentOut(client: pg.Client, { startupOptions, applicationName }: ResolvedOptions): void {
  const { connectionParameters } = client as unknown as { connectionParameters: Record<string, unknown> }
  Object.assign(connectionParameters, {
    options: startupOptions,
    application_name: applicationName,
    replication: undefined,
    binary: false,
  })
}

/** `made`, which connects to `address`, wherever pg tells it to. */
function streamTo(address: string, host: string, made: Duplex): Duplex {
  const stream = made as Socket
  if (address !== host) {
    const connect = stream.connect.bind(stream) as (port: number, host: string) => Socket
    Object.assign(stream, { connect: (port: number) => connect(port, address) })
  }
  return stream
}
