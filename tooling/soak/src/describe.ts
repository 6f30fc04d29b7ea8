import type { DestinationPlan } from './destinations/destination-plan.ts'
import type { Outcome } from './outcome.ts'
import type { Plan } from './plan.ts'

/** A run in one line. */
export function describeRun({
  plan,
  outcome,
}: {
  readonly plan: Plan | DestinationPlan
  readonly outcome: Outcome
}): string {
  const { struck, exit, code, left, problems } = outcome
  const happened = struck ? '' : ' (ended before it)'
  const verdict = problems.length === 0 ? 'ok' : `FAILED: ${problems.join('; ')}`
  const what = 'bursts' in plan ? describeBursts(plan) : describePlan(plan)
  return `run ${plan.run}: ${what}${happened} -> exit ${exit}${code ? ` ${code}` : ''}, ${left}: ${verdict}`
}

function describePlan({ operation, ending, withTls, replaces, createsDatabase, fault, moment }: Plan): string {
  const flags = [withTls && 'tls', replaces && '--force', createsDatabase && '--create-database'].filter(Boolean)
  const percent = `${Math.round(moment.share * 1000) / 10} % of the ${moment.at}s`
  const at = fault.kind === 'none' || fault.kind === 'disk' ? '' : ` at ${percent}`
  return `${[operation, ending, ...flags].join(' ')}, ${describeFault(fault)}${at}`
}

function describeBursts({ service, format, bursts }: DestinationPlan): string {
  const all = bursts.map(
    ({ share, requests, fault }) => `${requests} at ${Math.round(share * 100)} %: ${describeFault(fault)}`,
  )
  return `${service} ${format}, ${all.join('; ')}`
}

function describeFault({ kind, ...rest }: { readonly kind: string }): string {
  const details = Object.values(rest).map((value) =>
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  )
  return [kind, ...details].join(' ')
}
