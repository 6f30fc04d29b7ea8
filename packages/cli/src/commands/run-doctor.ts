import { styleText } from 'node:util'
import { type DoctorFinding, type DoctorResult, doctor, formatNumberOf } from '@pgark/core'
import { type PostgresOptions, postgres } from '@pgark/engine-postgres'
import { sourceDatabase, targetDatabase } from '../arguments/database.ts'
import { openDestination } from '../arguments/destination.ts'
import { durationMs } from '../arguments/duration.ts'
import { whileOpen } from '../arguments/while-open.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import { untilInterrupted } from '../signals.ts'
import { createReporter } from '../terminal/reporter.ts'
import type { DoctorFlags } from './doctor.ts'

const colours = { error: 'red', warning: 'yellow', info: 'green' } as const

export async function runDoctor(
  flags: DoctorFlags,
  database: string | undefined,
  config: ProjectConfig,
): Promise<void> {
  const chosen = await sourceDatabase(database, process.env, config, flags)
  const lockTimeoutMs = flags.lockTimeout === undefined ? undefined : durationMs(flags.lockTimeout)
  const connectTimeoutMs = flags.connectTimeout === undefined ? undefined : durationMs(flags.connectTimeout)
  const shared: PostgresOptions = {
    ...(lockTimeoutMs !== undefined && { lockTimeoutMs }),
    ...(connectTimeoutMs !== undefined && { connectTimeoutMs }),
  }
  const engine = postgres({ ...chosen.options, ...shared, ...(flags.pgDump !== undefined && { pgDump: flags.pgDump }) })
  const target =
    flags.target === undefined
      ? undefined
      : postgres({ ...(await targetDatabase('--target', flags.target, process.env, config)), ...shared })
  const to = flags.to === undefined ? undefined : await openDestination(flags.to, flags.plugin)
  const reporter = createReporter(flags)
  reporter.say(`database: ${engine.location} (from ${chosen.origin})`)
  try {
    const result = await untilInterrupted((signal) =>
      whileOpen(to, () => doctor({ engine, ...(to && { to }), ...(target && { target }), signal, log: reporter.log })),
    )
    reporter.end()
    process.stdout.write(flags.json ? `${JSON.stringify(result.findings, null, 1)}\n` : describe(result, flags))
    if (!result.ok) process.exitCode = 3
  } finally {
    reporter.end()
  }
}

function describe({ findings }: DoctorResult, { quiet }: DoctorFlags): string {
  const told = quiet ? findings.filter(({ severity }) => severity === 'error') : findings
  const sections = [...Map.groupBy(told, ({ subject }) => subject)].map(
    ([subject, found]) => `${subject}\n${found.map(paragraph).join('')}`,
  )
  const count = (wanted: DoctorFinding['severity']) => findings.filter(({ severity }) => severity === wanted).length
  const summary = `${formatNumberOf(count('error'), 'error')}, ${formatNumberOf(count('warning'), 'warning')}\n`
  return [...sections, ...(quiet ? [] : [summary])].join('\n')
}

function paragraph({ severity, code, message, hint }: DoctorFinding): string {
  const title = styleText(colours[severity], severity.padEnd(7), { stream: process.stdout })
  const remedy = hint === undefined ? '' : `\n          hint: ${hint.replaceAll('\n', '\n                ')}`
  return `  ${title} ${code}: ${message}${remedy}\n`
}
