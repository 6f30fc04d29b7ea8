import { type StatementSummary, summarize } from '@pgark/pg-sql'

/** What becomes of a setting in a dump. */
export interface SettingRule {
  readonly isStripped: boolean
  /** It is only stripped with this value. */
  readonly value?: string
  readonly why: string
}

const keep = (why: string): SettingRule => ({ isStripped: false, why })
const strip = (why: string, value?: string): SettingRule => ({
  isStripped: true,
  ...(value !== undefined && { value }),
  why,
})

/** The settings of dumps. What is not here is kept. */
export const settingRules: ReadonlyMap<string, SettingRule> = new Map([
  ['transaction_timeout', strip('unknown before PostgreSQL 17, where it is an error; 0 is the default', '0')],
  ['client_min_messages', strip('what the server tells, not what it does')],
  ['escape_string_warning', strip('what the server tells, not what it does')],
  ['default_with_oids', strip('nothing has OIDs since PostgreSQL 12; off is the default', 'false')],
  ['client_encoding', keep('how every byte of the dump is read')],
  ['standard_conforming_strings', keep('where literals end, and so what is a command')],
  ['search_path', keep('which object an unqualified name means')],
  ['check_function_bodies', keep('bodies may name what comes later')],
  ['row_security', keep('rows of protected tables would be refused or hidden')],
  ['xmloption', keep('whether XML fragments are accepted')],
  ['default_tablespace', keep('where the next tables and indexes are put')],
  ['default_table_access_method', keep('how the next tables are stored')],
  ['session_replication_role', keep('whether triggers and foreign keys act on the rows')],
  ['role', keep('who owns what is created')],
  ['session_authorization', keep('who owns what is created, and who grants')],
  ['datestyle', keep('how dates are read')],
  ['intervalstyle', keep('how intervals are read')],
  ['timezone', keep('which instant a time without a zone is')],
  ['lc_monetary', keep('how money is read')],
  ['array_nulls', keep('whether NULL in an array is a value or a word')],
  ['transform_null_equals', keep('what `= NULL` in a definition means')],
  ['quote_all_identifiers', keep('what definitions that are printed look like')],
  ['synchronous_commit', keep('whether the end of the restore waits for the disk; a script sets it back itself')],
  ['statement_timeout', keep('a target that limits its statements would end a long one')],
  ['lock_timeout', keep('a target that limits waits would end one')],
  ['idle_in_transaction_session_timeout', keep('a target that limits idle time would end a slow restore')],
])

/** No statement that sets one parameter to a simple value is longer. */
const longestBytes = 1024
const setsSomething = /^(set|select)\b/i

/** What a statement sets; undefined for one that sets nothing, and for one that says it in many words. */
export function settingOf(sql: Uint8Array): StatementSummary | undefined {
  if (sql.length > longestBytes || !setsSomething.test(Buffer.from(sql.subarray(0, 7)).toString('latin1'))) return
  const summary = summarize(sql)
  return summary.setting === undefined ? undefined : summary
}

/** Whether it is a `SET` that the target does not need. */
export function isStripped({ command, setting = '', value }: StatementSummary): boolean {
  const rule = command === 'SET' ? settingRules.get(setting) : undefined
  if (!rule?.isStripped) return false
  return rule.value === undefined || rule.value === value?.toLowerCase()
}
