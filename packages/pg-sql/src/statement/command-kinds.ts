import type { StatementKind } from './statement-kind.ts'

/** Statements that their leading keywords tell. */
export const COMMAND_KINDS: ReadonlyMap<string, StatementKind> = new Map<string, StatementKind>([
  ['SET', 'session'],
  ['RESET', 'session'],
  ['SET SESSION AUTHORIZATION', 'session'],
  ['BEGIN', 'transaction'],
  ['START TRANSACTION', 'transaction'],
  ['COMMIT', 'transaction'],
  ['COMMIT PREPARED', 'transaction'],
  ['END', 'transaction'],
  ['ROLLBACK', 'transaction'],
  ['ROLLBACK PREPARED', 'transaction'],
  ['ABORT', 'transaction'],
  ['SAVEPOINT', 'transaction'],
  ['RELEASE', 'transaction'],
  ['PREPARE TRANSACTION', 'transaction'],
  ['GRANT', 'privilege'],
  ['REVOKE', 'privilege'],
  ['INSERT', 'data'],
  ['UPDATE', 'data'],
  ['MERGE', 'data'],
  ['COPY', 'data'],
  ['REFRESH MATERIALIZED VIEW', 'refresh'],
  ['DELETE', 'destroy'],
  ['TRUNCATE', 'destroy'],
  ['SELECT', 'query'],
  ['WITH', 'query'],
  ['VALUES', 'query'],
  ['TABLE', 'query'],
  ['SHOW', 'query'],
])

/** Functions that make a SELECT more than a query. */
export const FUNCTION_KINDS: ReadonlyMap<string, StatementKind> = new Map<string, StatementKind>([
  ['set_config', 'session'],
  ['setval', 'data'],
  ['lo_create', 'data'],
  ['lo_open', 'data'],
  ['lowrite', 'data'],
  ['lo_close', 'data'],
  ['lo_put', 'data'],
  ['lo_from_bytea', 'data'],
  ['lo_unlink', 'destroy'],
  ['pg_restore_relation_stats', 'statistics'],
  ['pg_restore_attribute_stats', 'statistics'],
])
