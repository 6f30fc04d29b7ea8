import { once } from 'node:events'
import { createServer, connect as dial, type Socket } from 'node:net'
import type { Archive } from '@pgark/pg-archive'
import type { TestServer } from '@pgark/test-servers'
import pg from 'pg'
import { onTestFinished } from 'vitest'
import { choosePgDump } from '../../src/definitions/choose.ts'
import { type DumpDefinitionsOptions, dumpDefinitions } from '../../src/definitions/dump-definitions.ts'

/** A client that ends with the test. */
export async function connected(config: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(config)
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

/** How to reach a database of that server. No URL: pg decodes those by half (a `=` in the name stays `%3D`). */
export function at(server: TestServer, database = 'postgres'): pg.ClientConfig {
  return { host: '127.0.0.1', port: server.port, user: 'postgres', database }
}

/** The name of a snapshot that is held until the test ends. */
export async function exportedSnapshot(server: TestServer, database?: string): Promise<string> {
  const leader = await connected(at(server, database))
  await leader.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  const { rows } = await leader.query<{ name: string }>('SELECT pg_export_snapshot() AS name')
  const name = rows[0]?.name
  if (name === undefined) throw new Error('the server exported no snapshot')
  return name
}

/** The options of a dump of a database, on a client and a snapshot that end with the test. */
export async function dumpOptions(
  server: TestServer,
  database?: string,
  overrides: Partial<DumpDefinitionsOptions> = {},
): Promise<DumpDefinitionsOptions> {
  return {
    client: overrides.client ?? (await connected(at(server, database))),
    program: await choosePgDump('auto', server.major * 10_000),
    args: [],
    snapshot: await exportedSnapshot(server, database),
    lockTimeoutMs: 10_000,
    idleTimeoutMs: 60_000,
    onWarning: () => {},
    signal: new AbortController().signal,
    ...overrides,
  }
}

export async function dump(server: TestServer, database?: string, overrides: Partial<DumpDefinitionsOptions> = {}) {
  return await dumpDefinitions(await dumpOptions(server, database, overrides))
}

/** What the promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => {
      throw new Error('it resolved')
    },
    (reason: unknown) => reason,
  )
}

/** A TCP proxy before a server; `watch` sees every chunk that the client sends, before it is passed on. */
export async function proxied(port: number, watch: (chunk: Buffer, sockets: Proxied) => void) {
  const proxy = createServer((client) => {
    const upstream = dial(port, '127.0.0.1')
    const sockets = { client, upstream }
    for (const socket of [client, upstream]) socket.on('error', () => {})
    client.on('data', (chunk: Buffer) => {
      watch(chunk, sockets)
      upstream.write(chunk)
    })
    upstream.pipe(client)
    client.on('close', () => upstream.destroy())
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => {
    proxy.close()
  })
  return (proxy.address() as { port: number }).port
}

export interface Proxied {
  readonly client: Socket
  readonly upstream: Socket
}

/** One line for each entry, to compare archives. */
export const labels = ({ entries }: Archive): string[] =>
  entries.map((entry) => [entry.description, entry.schema, entry.tag].join(' | '))

/** Resolves when another session waits for a lock. Each look is a query, so the server sets the pace. */
export async function untilWaiting(observer: pg.Client): Promise<void> {
  while ((await observer.query('SELECT FROM pg_locks WHERE NOT granted')).rowCount === 0);
}
