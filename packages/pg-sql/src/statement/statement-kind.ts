/**
 * What a statement does, as far as a restore cares:
 * - `session` sets parameters, `transaction` begins or ends one, `owner` and `privilege` say whose and for whom
 * - `data` writes rows, sequence values or large objects, `refresh` fills a materialized view
 * - `statistics` tells the planner what was known of rows
 * - `destroy` takes away objects, columns, constraints or rows, or changes the database or server as a whole
 * - `query` only asks, unless what it calls does more
 * - `definition` is everything else
 */
export type StatementKind =
  | 'session'
  | 'transaction'
  | 'definition'
  | 'owner'
  | 'privilege'
  | 'data'
  | 'refresh'
  | 'statistics'
  | 'destroy'
  | 'query'
