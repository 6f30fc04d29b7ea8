/** What ends a session or a statement that takes its time. Some are unknown to older servers, where they must not be set at all. */
const timeouts = [
  'statement_timeout',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
  'transaction_timeout',
]

/**
 * Switches off the timeouts that role, database or connection string have set, for the transaction or the session. Takes a snapshot,
 * and trusts no search_path.
 */
export function timeoutsOff(scope: 'transaction' | 'session'): string {
  const names = timeouts.map((name) => `'${name}'`).join(', ')
  return (
    `SELECT pg_catalog.set_config(name, '0', ${scope === 'transaction'}) FROM pg_catalog.pg_settings ` +
    `WHERE name OPERATOR(pg_catalog.=) ANY (ARRAY[${names}])`
  )
}
