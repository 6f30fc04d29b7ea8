import { type Finding, formatNumberOf, type VerifyResult, verify } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import { backupReference } from '../arguments/backup-reference.ts'
import { sourceDatabase } from '../arguments/database.ts'
import { whileOpen } from '../arguments/while-open.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import { noPlugins } from '../plugins/plugins.ts'
import { untilInterrupted } from '../signals.ts'
import { createReporter } from '../terminal/reporter.ts'
import type { VerifyFlags } from './verify.ts'

export async function runVerify(flags: VerifyFlags, reference: string, config: ProjectConfig): Promise<void> {
  const { against: name, plugin = noPlugins } = flags
  const database = name === undefined ? undefined : await sourceDatabase(name, process.env, config, { plugin })
  // Checking alone reads the backup only: no connection is made.
  const engine = postgres(database?.options ?? {})
  const against = database !== undefined
  const reporter = createReporter(flags)
  if (against) reporter.say(`comparing with ${engine.location}`)
  try {
    const result = await untilInterrupted(async (signal) => {
      const found = await backupReference(reference, flags.plugin, { signal })
      return await whileOpen(found.from, () =>
        verify({
          ...found,
          ...{ engine, against, signal, onEvent: reporter.onEvent, log: reporter.log },
          ...(flags.definitions && { definitions: true, noOwner: !flags.owner, noPrivileges: !flags.privileges }),
          proof: flags.proof,
        }),
      )
    })
    reporter.end()
    if (!result.ok) process.exitCode = 3
    if (!flags.json) process.stdout.write(describe(result, against ? engine.location : undefined, flags.definitions))
  } finally {
    reporter.end()
  }
}

function describe(
  { ok, findings, location, manifest }: VerifyResult,
  against: string | undefined,
  definitions = false,
): string {
  const lines = findings.map(({ severity, code, message }) => `${severity}: ${code}: ${message}`)
  const isDamaged = findings.some(({ severity, code }) => severity === 'error' && !code.startsWith('COMPARE.'))
  const counts = manifest
    ? `, ${formatNumberOf(manifest.totals.tables, 'table')}, ${formatNumberOf(manifest.totals.rows, 'row')} as in the manifest`
    : ''
  const outcome = ok
    ? `ok: ${location}${counts}${against === undefined ? '' : ` and in ${against}${exceptions(findings)}`}${definitions ? ', definitions compared' : ''}`
    : isDamaged
      ? `damaged: ${location}`
      : `different: ${location} and ${against}`
  return [...lines, outcome, ''].join('\n')
}

/** What was left out of a comparison that found no difference. */
function exceptions(findings: readonly Finding[]): string {
  const tablesWith = (wanted: string) => {
    const count = findings.filter(({ code }) => code === wanted).length
    return count > 0 && formatNumberOf(count, 'table')
  }
  const [uncompared, partly] = [tablesWith('COMPARE.FILTERED'), tablesWith('COMPARE.CHOSEN')]
  const told = [
    uncompared && `${uncompared} with a filter not compared`,
    partly && `${partly} compared only in the rows that a filter chose`,
  ].filter(Boolean)
  return told.length > 0 ? `, except: ${told.join(', ')}` : ''
}
