import type { Finding, RestoreNeeds, RunContext } from '@pgark/core'
import type { Connector } from '../../connection/connect.ts'
import { databaseError } from '../../connection/database-error.ts'
import { beginPinned } from '../../connection/pinned-transaction.ts'
import { readServer } from '../../connection/server.ts'
import { databaseChecks, serverChecks } from './checks.ts'
import { runTargetChecks } from './target-check.ts'

/** A restore of everything, all or nothing. */
const request = {
  selection: { schemaOnly: false, dataOnly: false, noOwner: false, noPrivileges: false },
  singleTransaction: true,
  tablespace: undefined,
}

/** Whether something with these needs could be restored into a database, without touching it. */
export async function diagnoseTarget(connector: Connector, needs: RestoreNeeds, run: RunContext): Promise<Finding[]> {
  const client = await connector.connect(run.signal)
  try {
    await beginPinned(client, connector.options.lockTimeoutMs)
    const server = await readServer(client)
    const findings = await runTargetChecks([...serverChecks, ...databaseChecks], { client, server, needs, request })
    if (findings.some(({ severity }) => severity === 'error')) return findings
    const message = `${connector.target}, PostgreSQL ${server.version}, has everything that a restore needs.`
    return [...findings, { severity: 'info', code: 'DOCTOR.TARGET', message, hint: 'nothing to do' }]
  } catch (error) {
    if (run.signal.aborted) throw run.signal.reason
    throw databaseError(error, 'ENGINE.QUERY', `Cannot ask ${connector.target}`)
  } finally {
    await client.end()
  }
}
