import type { IncompleteRun } from '../catalogue/incomplete-runs.ts'
import type { KeepReason } from './decide.ts'

/** What `prune` would do and why. Plain data. */
export interface PrunePlan {
  readonly location: string
  /** What tells the destination from others, where its location does not: only there the plan is carried out. */
  readonly identity: string
  readonly groups: readonly PruneGroup[]
  /** Runs without a manifest, and what else was begun and did not end. */
  readonly incomplete: readonly PlannedRun[]
  /** Manifests that cannot be read. While there is one nothing is removed: nobody knows what that backup needs. */
  readonly unreadable: readonly { readonly key: string; readonly problem: string }[]
  /** Stored bytes that would go: of objects, and of what belongs to them, such as contents and proofs. */
  readonly freedBytes: number
}

export interface PruneGroup {
  /** What its backups have in common, such as `{ name: 'shop', 'metadata:type': 'daily' }`; empty text where one lacks it. */
  readonly of: Readonly<Record<string, string>>
  /** The newest first. */
  readonly backups: readonly PlannedBackup[]
  /** The newest good one, which is looked at again before anything of the group goes; undefined where there is none. */
  readonly newestGood: string | undefined
}

export interface PlannedBackup {
  /** What it is called at the destination: its id, or the name of a single file. */
  readonly key: string
  /** Of its manifest's bytes: only this backup goes, not one that has taken its place since. */
  readonly manifestSha256: string
  /** Of its snapshot, ISO 8601. */
  readonly time: string
  /** Stored bytes of its objects, as its manifest has them. */
  readonly sizeBytes: number
  /** Why it stays; none: it goes. */
  readonly reasons: readonly KeepReason[]
  /** Set where it is damaged. */
  readonly problem?: string
}

export interface PlannedRun extends IncompleteRun {
  /** `collect`: it goes · `alive`: its process is known to live · `young`: something of it was written lately · `unknown`: the destination's clock could not be asked. */
  readonly decision: 'collect' | 'alive' | 'young' | 'unknown'
}

export const isKept = ({ reasons }: PlannedBackup) => reasons.length > 0
