import { userInfo } from 'node:os'
import type { Engine } from '@pgark/core'
import { describeDatabase } from './catalogue/describe-database.ts'
import { compareDatabase } from './compare-database.ts'
import { type Connector, createConnector } from './connection/connect.ts'
import { databaseError } from './connection/database-error.ts'
import { readServer } from './connection/server.ts'
import { type PostgresOptions, resolveOptions } from './options.ts'
import { type BackupSeams, plainBackup } from './plain/plain-backup.ts'
import { planBackup } from './plain/plan-backup.ts'
import { plainRestore } from './restore/plain-restore.ts'
import { verifyPlain } from './restore/verify-plain.ts'

/** The engine with what only tests set. */
export function createEngine(target: string | PostgresOptions, seams: BackupSeams = {}): Engine {
  const connector = createConnector(resolveOptions(target, userInfo().username))
  return {
    specVersion: 1,
    name: 'postgres',
    location: connector.target,
    formats: ['plain'],
    databaseName: ({ signal } = {}) =>
      withClient(connector, signal, async (client) => (await readServer(client)).database),
    inspect: (options = {}) => withClient(connector, options.signal, (client) => describeDatabase(client, options)),
    plan: (request, run) => planBackup(connector, request, run),
    backup: (request, sink, run) => plainBackup(connector, request, sink, run, seams),
    verify: verifyPlain,
    compare: (source, run) => compareDatabase(connector, source, run),
    restore: (request, source, run) => plainRestore(connector, request, source, run),
  }
}

async function withClient<T>(
  connector: Connector,
  signal: AbortSignal = new AbortController().signal,
  work: (client: Awaited<ReturnType<Connector['connect']>>) => Promise<T>,
): Promise<T> {
  const client = await connector.connect(signal)
  try {
    return await work(client)
  } catch (error) {
    throw signal.aborted ? signal.reason : databaseError(error, 'ENGINE.QUERY', `Cannot ask ${connector.target}`)
  } finally {
    await client.end()
  }
}
