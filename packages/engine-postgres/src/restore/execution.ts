import type { RestoreRequest, RunContext } from '@pgark/core'
import type { PlainItem } from '@pgark/pg-archive'
import type { Progress } from './progress.ts'
import type { TableOfRows } from './table-of.ts'
import type { TargetSession } from './target-session.ts'

/** What the statements of a restore run in. */
export interface Execution {
  readonly target: TargetSession
  readonly request: RestoreRequest
  readonly run: RunContext
  readonly progress: Progress
  /** The table that a COPY block has rows of. */
  tableOf(item: PlainItem): TableOfRows
  /** A statement that fails is undone, with the entry that it is of, and the restore goes on. */
  readonly isTolerated?: boolean
  /** Nothing more is read of the backup, not even what is waited for: it may never come. Where several are read at will it is left out. */
  giveUp?(): void
  /** Whether the target is still, or again, as it was when a statement has failed. */
  isUnchanged(): boolean
  /** What became of the statements before one that failed. */
  outcome(): string
}
