import type { RestoreRequest } from '@pgark/core'
import type { StatementSummary } from '@pgark/pg-sql'

/** What becomes of a statement: run it, pass it over on request, or ask first because it destroys something. */
export type Decision = 'run' | 'skip' | 'ask'

/** They can do anything, what it is cannot be told from outside, and no dump contains them. */
const opaque = new Set(['DO', 'WITH', 'CALL', 'PREPARE', 'EXECUTE', 'EXPLAIN', 'MERGE'])

/** Decides by a statement's kind and what was asked for. */
export function decide(
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
  if (opaque.has(command)) return 'ask'
  if (kind === 'data' || kind === 'refresh') return schemaOnly ? 'skip' : 'run'
  // Neither definitions nor rows: they describe rows, to a planner that must know their tables.
  if (kind === 'statistics') return schemaOnly || dataOnly ? 'skip' : 'run'
  if (kind === 'definition') return isLeftOut ? 'skip' : 'run'
  if (kind === 'destroy') return dataOnly ? 'skip' : 'ask'
  return 'run'
}
