import { quoteLiteral } from '@pgark/pg-sql'

/** Everything that can change the text of a row or end a long transaction, by name. */
const pinned: Record<string, string> = {
  datestyle: 'ISO',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  extra_float_digits: '3',
  bytea_output: 'hex',
  lc_monetary: 'C',
  xmloption: 'content',
  standard_conforming_strings: 'on',
  search_path: '',
  row_security: 'off',
  synchronize_seqscans: 'off',
  quote_all_identifiers: 'off',
  statement_timeout: '0',
  idle_in_transaction_session_timeout: '0',
}
/** `transaction_timeout` came with PostgreSQL 17. */
const transactionTimeoutSince = 170_000

/** The pinned settings for a server of that version. */
export function pinnedSettings(serverVersionNum: number, lockTimeoutMs: number): Readonly<Record<string, string>> {
  return {
    ...pinned,
    ...(serverVersionNum >= transactionTimeoutSince && { transaction_timeout: '0' }),
    lock_timeout: String(lockTimeoutMs),
  }
}

/** `SET LOCAL` for each; unlike `set_config()` these take no snapshot, which matters before the locks. */
export function setLocal(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `SET LOCAL ${name} = ${quoteLiteral(value)}`)
    .join('; ')
}
