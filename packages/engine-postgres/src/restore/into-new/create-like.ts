import { quoteIdentifier, quoteLiteral } from '@pgark/pg-sql'
import type { DatabaseProperties } from './database-properties.ts'

const providers: Readonly<Record<string, string>> = { c: 'libc', i: 'icu', b: 'builtin' }
const localeOptions: Readonly<Record<string, string>> = { i: 'ICU_LOCALE', b: 'BUILTIN_LOCALE' }

/** The options of CREATE DATABASE for what cannot be changed later: another database's encoding, locale and place, and its owner. */
export function createLike(like: DatabaseProperties): string {
  const { provider, locale, icuRules } = like
  const localeOption = localeOptions[provider ?? 'c']
  return [
    `OWNER ${quoteIdentifier(like.owner)}`,
    `ENCODING ${quoteLiteral(like.encoding)}`,
    ...(provider === null ? [] : [`LOCALE_PROVIDER ${providers[provider] ?? provider}`]),
    `LC_COLLATE ${quoteLiteral(like.collate)} LC_CTYPE ${quoteLiteral(like.ctype)}`,
    ...(localeOption && locale !== null ? [`${localeOption} ${quoteLiteral(locale)}`] : []),
    ...(icuRules === null ? [] : [`ICU_RULES ${quoteLiteral(icuRules)}`]),
    // There template0 is, and who names it needs rights on it.
    ...(like.tablespace === 'pg_default' ? [] : [`TABLESPACE ${quoteIdentifier(like.tablespace)}`]),
  ].join(' ')
}
