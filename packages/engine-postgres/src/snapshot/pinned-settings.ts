import { PgarkError } from '@pgark/core'
import { quoteLiteral } from '@pgark/pg-sql'
import type pg from 'pg'

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

/**
 * Throws `ENGINE.SETTINGS` when a setting is not what was asked for. What stands between us and the server may swallow a SET, or
 * hand the next statement to another session; then the bytes of rows would not be comparable, or the run end in its middle.
 */
export async function verifySettings(client: pg.ClientBase, settings: Readonly<Record<string, string>>): Promise<void> {
  const { rows } = await client.query(
    'SELECT lower(name) AS name, setting FROM pg_catalog.pg_settings WHERE lower(name) = ANY ($1)',
    [Object.keys(settings)],
  )
  const actual = new Map<string, string>(rows.map(({ name, setting }) => [name, setting]))
  const different = Object.entries(settings).filter(([name, wanted]) => !isSame(wanted, actual.get(name)))
  if (different.length === 0) return
  throw new PgarkError(
    'ENGINE.SETTINGS',
    `The server did not keep these settings: ${different.map(([name]) => name).join(', ')}.`,
    { hint: 'connect to the server itself, without a pooler or proxy between' },
  )
}

/** An empty search_path is shown as `""`; DateStyle also has an order of day and month, which ISO does not use. */
const isSame = (wanted: string, actual: string | undefined) =>
  actual === wanted || actual?.startsWith(`${wanted},`) || (wanted === '' && actual === '""')
