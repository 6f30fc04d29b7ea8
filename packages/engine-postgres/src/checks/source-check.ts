import type { Finding } from '@pgark/core'
import type pg from 'pg'
import type { Server } from '../connection/server.ts'
import type { ResolvedOptions } from '../options.ts'
import type { SelectedRelations } from '../selection/select-relations.ts'

/** The database that is looked at, in a pinned transaction. */
export interface CheckedSource {
  readonly client: pg.ClientBase
  readonly server: Server
  readonly selected: SelectedRelations
  readonly options: ResolvedOptions
}

/** Looks at one thing that a backup depends on. Reads catalogues only. */
export type SourceCheck = (source: CheckedSource) => Promise<Finding[]>
