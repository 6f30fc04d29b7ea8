import {
  type Finding,
  formatCount,
  isPgarkError,
  type RestoreNeeds,
  type RunContext,
  type Selection,
} from '@pgark/core'
import { fileText } from '../backup/file-text.ts'
import { lockEstimate } from '../backup/lock-estimate.ts'
import type { Connector } from '../connection/connect.ts'
import { choosePgDump } from '../definitions/choose.ts'
import { describeProgram } from '../definitions/describe-program.ts'
import { readDefinitions } from '../definitions/read-definitions.ts'
import { readRequirements } from '../requirements/read-requirements.ts'
import type { CheckedSource } from './source-check.ts'

export interface Rehearsal {
  readonly findings: readonly Finding[]
  readonly needs: RestoreNeeds | undefined
}

/** With nothing in it that pg_dump would have to lock: shows that it starts and can talk to the server. */
const nothing: Selection = { excludeSchemas: ['*'] }

/**
 * Has pg_dump write the definitions, as a backup would. Where tables are locked or cannot be read it would fail on the first of
 * them, after waiting: then it is only started.
 */
export async function rehearseDefinitions(
  connector: Connector,
  { client, server }: CheckedSource,
  isHindered: boolean,
  run: RunContext,
): Promise<Rehearsal> {
  const findings: Finding[] = []
  try {
    const program = describeProgram(await choosePgDump(connector.options.pgDump, server.versionNum))
    const snapshot = await client.query('SELECT pg_export_snapshot() AS id')
    const text = fileText(server.encoding, client)
    const archive = await readDefinitions(
      connector,
      { id: snapshot.rows[0].id, server, client, signal: run.signal },
      isHindered ? nothing : {},
      text,
      {
        ...run,
        onEvent: (event) =>
          event.type === 'warning' &&
          findings.push({ severity: 'warning', code: event.code, message: event.message, hint: dumpWarningHint }),
      },
    )
    const written = isHindered ? 'starts' : `starts, and writes ${formatCount(archive.entries.length)} definitions`
    findings.unshift({
      severity: 'info',
      code: 'DOCTOR.DEFINITIONS',
      message: `PostgreSQL ${server.version}: ${program} is used for the definitions; it ${written}.`,
      hint: 'nothing to do',
    })
    if (isHindered) return { findings, needs: undefined }
    const requirements = await readRequirements(client, archive, {}, text)
    const source = { database: server.database, serverVersion: server.version, encoding: server.encoding }
    const locks = await lockEstimate(client, archive.entries, requirements)
    return { findings, needs: { source, lockEstimate: locks, requirements } }
  } catch (error) {
    if (run.signal.aborted || !isPgarkError(error)) throw error
    const { code, message, hint = '--debug shows more' } = error
    return { findings: [...findings, { severity: 'error', code, message, hint }], needs: undefined }
  }
}

const dumpWarningHint = 'see that you do not need what it leaves out, or back up as a role that may read it'
