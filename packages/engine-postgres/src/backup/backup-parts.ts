import type {
  BackupRequest,
  CleanedDefinition,
  ContentsSequence,
  Requirements,
  RunContext,
  TableName,
} from '@pgark/core'
import type { Archive } from '@pgark/pg-archive'
import { readRefreshOrder } from '../catalogue/materialized-views.ts'
import { readSequences } from '../catalogue/sequences.ts'
import type { ReaderPool } from '../copy/reader-pool.ts'
import type { ForeignKey } from '../filters/orphans/foreign-keys.ts'
import type { TableFilters } from '../filters/table-filter.ts'
import type { BackupRenaming } from '../rename/rename-for-backup.ts'
import type { HeldSnapshot } from '../snapshot/held-snapshot.ts'
import type { TableToCopy } from './describe-tables.ts'
import type { FileText } from './file-text.ts'

/** Where the rows of a backup come from. */
export interface BackupSource {
  readonly request: BackupRequest
  readonly snapshot: HeldSnapshot
  readonly tables: readonly TableToCopy[]
  readonly filters: TableFilters
  /** Foreign keys that are to be restored NOT VALID; undefined where that is known only when cleaners have left out what they do. */
  readonly settled: readonly ForeignKey[] | undefined
  readonly readers: ReaderPool
  readonly text: FileText
  readonly run: RunContext
}

/** What pg_dump says of the database. */
export interface Definitions {
  readonly archive: Archive
  readonly requirements: Requirements
  readonly lockEstimate: number
  /** What cleaners have changed of it or left out. */
  readonly cleaned: readonly CleanedDefinition[]
  /** The tables that they left out, by oid. */
  readonly leftOut: ReadonlySet<number>
  /** Foreign keys that are restored NOT VALID. */
  readonly notValid: readonly ForeignKey[]
  /** Where it is written under other names; its definitions have the new ones. */
  readonly renaming: BackupRenaming | undefined
}

/** The name that a relation has in the backup. */
export const nameInBackup = ({ renaming }: Pick<Definitions, 'renaming'>, { schema, name }: TableName): TableName =>
  renaming ? renaming.naming.relation({ schema, name }) : { schema, name }

/** Everything that a backup is made of, whatever its format. */
export interface BackupParts extends BackupSource, Definitions {}

/** The values of the sequences that belong to the backup, which is pg_dump's to say. */
export async function sequencesOf({ snapshot, archive }: BackupParts): Promise<ContentsSequence[]> {
  return await readSequences(snapshot.client, snapshot.selected.sequences(new Set(oidsOf(archive, 'SEQUENCE'))))
}

/** The materialised views that a restore fills, in order. */
export async function refreshedViews({ request, snapshot, archive }: BackupParts): Promise<TableName[]> {
  if (request.selection.schemaOnly) return []
  return await readRefreshOrder(snapshot.client, oidsOf(archive, 'MATERIALIZED VIEW'))
}

function oidsOf(archive: Archive, description: string): number[] {
  return archive.entries.filter((entry) => entry.description === description).map(({ catalogId }) => catalogId.oid)
}
