import type { Diagnosis, Finding, RunContext } from '@pgark/core'
import { listRelations, listSchemas, readSearchPath } from '../catalogue/relations.ts'
import type { Connector } from '../connection/connect.ts'
import { databaseError } from '../connection/database-error.ts'
import { beginPinned } from '../connection/pinned-transaction.ts'
import { readServer } from '../connection/server.ts'
import { selectRelations } from '../selection/select-relations.ts'
import { databaseSize, readDataSize } from './database-size.ts'
import { extensionRows } from './extension-rows.ts'
import { lockedTables } from './locked-tables.ts'
import { rehearseDefinitions } from './rehearse-definitions.ts'
import { readabilityChecks } from './require-readable.ts'
import { role } from './role.ts'
import type { CheckedSource, SourceCheck } from './source-check.ts'
import { standby } from './standby.ts'
import { timeouts } from './timeouts.ts'

/** In the order in which they are told. */
const checks: readonly SourceCheck[] = [role, ...readabilityChecks, standby, timeouts, lockedTables, extensionRows]

/** Looks at everything that a backup of the whole database depends on. Locks what pg_dump locks, reads no rows. */
export async function diagnose(connector: Connector, run: RunContext): Promise<Diagnosis> {
  const client = await connector.connect(run.signal)
  try {
    const searchPath = await readSearchPath(client)
    await beginPinned(client, connector.options.lockTimeoutMs, 'REPEATABLE READ')
    const server = await readServer(client)
    const selected = selectRelations(await listRelations(client, searchPath), await listSchemas(client), {})
    const source: CheckedSource = { client, server, selected, options: connector.options }
    const found: Finding[] = []
    for (const check of checks) found.push(...(await check(source)))
    const isHindered = found.some(({ severity, code }) => severity === 'error' || code === 'ENGINE.LOCKED')
    const sizeBytes = await readDataSize(source)
    const { findings, needs } = await rehearseDefinitions(connector, source, isHindered, run)
    return { findings: [...findings, ...found, databaseSize(source, sizeBytes)], sizeBytes, needs }
  } catch (error) {
    if (run.signal.aborted) throw run.signal.reason
    throw databaseError(error, 'ENGINE.QUERY', `Cannot ask ${connector.target}`)
  } finally {
    await client.end()
  }
}
