import type { Finding } from '@pgark/core'
import type { TocEntry } from '@pgark/pg-archive'
import type pg from 'pg'

/** What a restore does with what is there already, and what it still restores. */
export interface ExistingPlan {
  readonly entries: readonly TocEntry[]
  /** What is destroyed before anything is restored; undefined where nothing is. */
  readonly destruction: Destruction | undefined
  /** What somebody has to consent to; undefined where nothing is destroyed or added to. */
  readonly question: { readonly action: string; readonly objects: readonly string[] } | undefined
  /** What is kept as it is. */
  readonly findings: readonly Finding[]
  /** Rows are added to those that are there. */
  readonly keepsRows: boolean
  /** The definitions of tables are there, with keys between them. */
  readonly keepsTables: boolean
  /** Sequences that may be ahead of the backup, as `schema.name`. */
  readonly keptSequences: ReadonlySet<string>
}

export interface Destruction {
  /** Tables that nobody else must use meanwhile. */
  readonly locked: readonly string[]
  readonly statements: readonly string[]
  /** Whether they still destroy what was found, no more and no less. */
  isAsFound(client: pg.ClientBase): Promise<boolean>
}

/** A plan, and what stands in its way: then nothing is done. */
export interface PlanOrProblems {
  readonly plan: ExistingPlan
  readonly problems: readonly Finding[]
}
