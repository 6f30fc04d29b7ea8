import type { HttpFault, ServiceName } from '@pgark/test-servers'
import { type Random, randomOf } from '../random.ts'

/** What happens on the way to the object store. */
export type DestinationFault =
  | HttpFault
  /** The service's own words for: too busy, broken, credentials that have expired. */
  | { readonly kind: 'says'; readonly what: 'busy' | 'broken' | 'expired' }
  | { readonly kind: 'signal'; readonly signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT' }

/** So many requests in a row, from a part of those on that the same run has when nothing happens. */
export interface Burst {
  readonly share: number
  readonly requests: number
  readonly fault: DestinationFault
}

export interface DestinationPlan {
  readonly run: number
  readonly service: ServiceName
  readonly format: 'directory' | 'custom' | 'plain'
  readonly bursts: readonly Burst[]
}

/** More than all four attempts at a request, and less than those and four at tidying up: that must still be possible behind the burst. */
const longestBurst = 6
/** Of a body that is longer than any part of these runs. */
const mostBytes = 300_000

/** What happens in a run: depends on nothing but service, seed and number. */
export function destinationPlanOf(service: ServiceName, seed: string, run: number): DestinationPlan {
  const random = randomOf(`${service}:${seed}`, run)
  const bursts = Array.from({ length: 1 + Math.floor(random.share() * 3) }, () => {
    const requests = random.chance(0.5) ? 1 : 1 + Math.floor(random.share() * longestBurst)
    return { share: random.share(), requests, fault: faultOf(random) }
  })
  // Whose credentials have expired for longer than a request cannot tidy up either.
  const expired = bursts.find(({ fault }) => isExpired(fault))
  const bearable = bursts.flatMap((burst) =>
    burst === expired ? [{ ...burst, requests: 1 }] : isExpired(burst.fault) ? [] : [burst],
  )
  return { run, service, format: random.pick(['directory', 'directory', 'custom', 'plain'] as const), bursts: bearable }
}

const isExpired = (fault: DestinationFault) => fault.kind === 'says' && fault.what === 'expired'

function faultOf(random: Random): DestinationFault {
  const kind = random.pick(['says', 'says', 'stall', 'cut', 'cut', 'lost', 'lost', 'flip', 'slow', 'signal'] as const)
  const where = random.pick(['request', 'answer'] as const)
  switch (kind) {
    case 'says':
      return { kind, what: random.pick(['busy', 'broken', 'expired'] as const) }
    case 'stall':
    case 'cut':
      return { kind, in: where, afterBytes: Math.floor(random.share() * mostBytes) }
    case 'lost':
      return { kind }
    case 'flip':
      return { kind, in: where, byte: Math.floor(random.share() * 2000) }
    case 'slow':
      return { kind, in: where, pieceBytes: 1024 }
    case 'signal':
      return { kind, signal: random.pick(['SIGKILL', 'SIGTERM', 'SIGINT'] as const) }
  }
}
