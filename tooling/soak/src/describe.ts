import type { Fault, Plan } from './plan.ts'
import type { SoakedRun } from './soak.ts'

/** A run in one line. */
export function describeRun({ plan, outcome }: SoakedRun): string {
  const { struck, exit, code, left, problems } = outcome
  const happened = struck ? '' : ' (ended before it)'
  const verdict = problems.length === 0 ? 'ok' : `FAILED: ${problems.join('; ')}`
  return `run ${plan.run}: ${describePlan(plan)}${happened} -> exit ${exit}${code ? ` ${code}` : ''}, ${left}: ${verdict}`
}

function describePlan({ operation, ending, withTls, replaces, createsDatabase, fault, moment }: Plan): string {
  const flags = [withTls && 'tls', replaces && '--force', createsDatabase && '--create-database'].filter(Boolean)
  const percent = `${Math.round(moment.share * 1000) / 10} % of the ${moment.at}s`
  const at = fault.kind === 'none' || fault.kind === 'disk' ? '' : ` at ${percent}`
  return `${[operation, ending, ...flags].join(' ')}, ${describeFault(fault)}${at}`
}

function describeFault({ kind, ...rest }: Fault): string {
  const details = Object.values(rest).map((value) =>
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  )
  return [kind, ...details].join(' ')
}
