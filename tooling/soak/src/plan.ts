import type { Side, StallOptions } from '@pgark/test-servers'
import { type Random, randomOf } from './random.ts'

/** What goes wrong. */
export type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'signal'; readonly signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT' }
  /** One of our connections, by its age: its server process is asked to end, or killed. */
  | { readonly kind: 'backend'; readonly how: 'terminate' | 'SIGKILL'; readonly which: number }
  | { readonly kind: 'server' }
  | { readonly kind: 'cut'; readonly how: 'reset' | 'end' }
  | { readonly kind: 'stall'; readonly options: StallOptions }
  /** A bit of what passes on a connection with TLS. Without TLS nobody could know that a value is not what the server sent. */
  | { readonly kind: 'corrupt'; readonly side: Side }
  /** A bit of a message's type or length, on a connection without TLS: these the protocol itself must make up for. */
  | { readonly kind: 'garble'; readonly bit: number }
  /** Room for a part of the file: `limit` by the process's own limit, `space` by a small file system where one can be mounted. */
  | { readonly kind: 'disk'; readonly how: 'limit' | 'space'; readonly share: number }

/** When it goes wrong: at a part of the events, or of the bytes, that the same run has when nothing happens. */
export type Moment = { readonly at: 'event' | 'byte'; readonly share: number }

/** How a backup's name ends, which says its format; a directory archive has an id for a name. */
export const endings = ['.sql', '.sql.gz', '.sql.zst', '.dump', ' directory'] as const
export type Ending = (typeof endings)[number]

export interface Plan {
  readonly run: number
  readonly operation: 'backup' | 'restore'
  readonly ending: Ending
  readonly withTls: boolean
  /** Of a backup: another one has the name already. */
  readonly replaces: boolean
  /** Of a restore. */
  readonly createsDatabase: boolean
  readonly fault: Fault
  readonly moment: Moment
}

/** Part of the events near the end, where files get their names and transactions are committed. */
const shareOfEndings = 0.3
const ending = 0.9

/** What happens in a run: depends on nothing but seed and number. */
export function planOf(seed: string, run: number): Plan {
  const random = randomOf(seed, run)
  const operation = random.chance(0.7) ? 'backup' : 'restore'
  const fault = faultOf(random, operation)
  const withTls = fault.kind === 'corrupt' || (fault.kind !== 'garble' && random.chance(0.3))
  const at = random.pick(['event', 'byte'] as const)
  const share = random.chance(shareOfEndings) ? ending + random.share() * (1.01 - ending) : random.share()
  const name = random.pick(endings)
  return {
    run,
    operation,
    ending: name,
    withTls,
    // A folder's backups have new names.
    replaces: operation === 'backup' && name !== ' directory' && random.chance(0.3),
    createsDatabase: operation === 'restore' && random.chance(0.4),
    fault,
    moment: { at, share },
  }
}

function faultOf(random: Random, operation: Plan['operation']): Fault {
  const kinds = ['signal', 'signal', 'backend', 'server', 'cut', 'stall', 'corrupt', 'garble'] as const
  const kind = random.chance(0.03) ? 'none' : random.pick(operation === 'backup' ? [...kinds, 'disk' as const] : kinds)
  switch (kind) {
    case 'signal':
      return { kind, signal: random.pick(['SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGINT'] as const) }
    case 'backend':
      return { kind, how: random.pick(['terminate', 'SIGKILL'] as const), which: Math.floor(random.share() * 3) }
    case 'cut':
      return { kind, how: random.pick(['reset', 'end'] as const) }
    case 'stall':
      return { kind, options: { swallow: random.chance(0.5), sparesNew: random.chance(0.5) } }
    case 'corrupt':
      return { kind, side: random.pick(['client', 'server'] as const) }
    case 'garble':
      return { kind, bit: Math.floor(random.share() * 40) }
    case 'disk':
      return { kind, how: random.pick(['limit', 'space'] as const), share: random.share() }
    default:
      return { kind }
  }
}
