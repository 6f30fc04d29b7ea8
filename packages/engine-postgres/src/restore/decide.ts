import type { RestoreRequest } from '@pgark/core'
import type { PlainItem } from '@pgark/pg-archive'
import { isDumpForm, type StatementSummary } from '@pgark/pg-sql'

/** What becomes of a statement: run it, pass it over on request, or ask first because it may destroy something. */
export type Decision = 'run' | 'skip' | 'ask'

/** Decides by a statement's kind and what was asked for; what no dump says is asked about in a script, as nobody can tell what it does. */
export function decide({ summary, sql, isOfArchive }: PlainItem, request: RestoreRequest): Decision {
  const decision = decideKind(summary, request)
  return decision === 'run' && !isOfArchive && !isDumpForm(sql) ? 'ask' : decision
}

function decideKind(
  { kind, command, setting, isOfLargeObject }: StatementSummary,
  { selection, singleTransaction, tablespace }: RestoreRequest,
): Decision {
  const { schemaOnly, dataOnly, noOwner, noPrivileges } = selection
  // All that is said of a large object counts as data, as the object does.
  const isLeftOut = isOfLargeObject ? schemaOnly : dataOnly
  if (setting === 'default_tablespace' && tablespace !== undefined) return 'skip'
  if (kind === 'transaction') return singleTransaction ? 'skip' : 'run'
  if (kind === 'owner') return noOwner || isLeftOut ? 'skip' : 'run'
  if (kind === 'privilege') return noPrivileges || isLeftOut ? 'skip' : 'run'
  // pg_dump changes the session's user where someone else granted a right, or in old dumps to set owners.
  if (setting === 'session_authorization' || command === 'SET SESSION AUTHORIZATION') return noOwner ? 'skip' : 'run'
  if (kind === 'data' || kind === 'refresh') return schemaOnly ? 'skip' : 'run'
  // Neither definitions nor rows: they describe rows, to a planner that must know their tables.
  if (kind === 'statistics') return schemaOnly || dataOnly ? 'skip' : 'run'
  if (kind === 'definition') return isLeftOut ? 'skip' : 'run'
  if (kind === 'destroy') return dataOnly ? 'skip' : 'ask'
  return 'run'
}
