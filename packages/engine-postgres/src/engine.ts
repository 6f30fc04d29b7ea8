import type { Engine } from '@pgark/core'
import type pg from 'pg'
import { type BackupSeams, backupDatabase } from './backup/backup-database.ts'
import { estimateBackup } from './backup/estimate-backup.ts'
import { planBackup } from './backup/plan-backup.ts'
import { describeDatabase } from './catalogue/describe-database.ts'
import { readMigrations } from './catalogue/migrations.ts'
import { readSearchPath } from './catalogue/relations.ts'
import { diagnose } from './checks/diagnose.ts'
import { compareDatabase } from './compare/compare-database.ts'
import { readStoredDefinitions } from './compare/definitions/stored-definitions.ts'
import { cancellingOnAbort } from './connection/cancel-on-abort.ts'
import { type Connector, createConnector } from './connection/connect.ts'
import { databaseError } from './connection/database-error.ts'
import { beginPinned } from './connection/pinned-transaction.ts'
import { readServer } from './connection/server.ts'
import { validateFilters } from './filters/validate-filters.ts'
import { type PostgresOptions, resolveOptions } from './options.ts'
import { restoreDatabase } from './restore/restore-database.ts'
import { diagnoseTarget } from './restore/target-checks/diagnose-target.ts'
import { verifyBackup } from './restore/verify-backup.ts'

/** The engine with what only tests set. */
export function createEngine<Conditions>(
  target: string | PostgresOptions<Conditions>,
  seams: BackupSeams = {},
): Engine<Conditions> {
  const options = resolveOptions(target)
  const connector = cancellingOnAbort(createConnector(options))
  // A restored script sets its session up for itself, which a pooler would hand on to others.
  const direct = cancellingOnAbort(createConnector({ ...options, allowPooler: false }))
  return {
    specVersion: 1,
    name: 'postgres',
    location: connector.target,
    ...(typeof target === 'object' && target.orm && { orm: target.orm }),
    formats: ['directory', 'custom', 'plain'],
    databaseName: ({ signal } = {}) => ask(connector, signal, async (client) => (await readServer(client)).database),
    server: ({ signal } = {}) =>
      ask(connector, signal, async (client) => {
        const { database, version } = await readServer(client)
        return { database, serverVersion: version }
      }),
    inspect: (options = {}) =>
      ask(connector, options.signal, (client, searchPath) => describeDatabase(client, searchPath, options)),
    plan: (request, run) => planBackup(connector, request, run),
    validateFilters: (request, run) => validateFilters(connector, request, run),
    estimate: (request, run) => estimateBackup(connector, request, run),
    backup: (request, sink, run) => backupDatabase(connector, request, sink, run, seams),
    verify: verifyBackup,
    compare: (source, run) => compareDatabase(connector, source, run),
    readDefinitions: (source, request, run) => readStoredDefinitions(connector, source, request, run),
    restore: (request, source, run) => restoreDatabase(direct, request, source, run),
    appliedMigrations: (migrations, { signal } = {}) =>
      ask(direct, signal, (client, searchPath) => readMigrations(client, searchPath, migrations)),
    diagnose: (run) => diagnose(connector, run),
    diagnoseTarget: (needs, run) => diagnoseTarget(direct, needs, run),
  }
}

/** Runs questions on a connection of their own. */
async function ask<T>(
  connector: Connector,
  signal: AbortSignal | undefined,
  work: (client: pg.Client, searchPath: readonly string[]) => Promise<T>,
): Promise<T> {
  const client = await connector.connect(signal ?? new AbortController().signal)
  try {
    const searchPath = await readSearchPath(client)
    await beginPinned(client, connector.options.lockTimeoutMs)
    return await work(client, searchPath)
  } catch (error) {
    throw signal?.aborted ? signal.reason : databaseError(error, 'ENGINE.QUERY', `Cannot ask ${connector.target}`)
  } finally {
    await client.end()
  }
}
