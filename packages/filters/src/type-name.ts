import { type MarkedSql, sqlMarker } from '@pgark/core'

/** Types that mean a length of 1 where none is given. */
const withoutLength: Readonly<Record<string, string>> = { character: 'bpchar', bit: 'varbit' }

/**
 * A type as `format_type` prints it, without length or precision: a cast to `character varying(3)` would cut what is longer, and find
 * rows that were not asked for.
 */
export function baseType(type: string): string {
  // A quoted name may have parentheses of its own.
  const bare = type.replace(/("(?:[^"]|"")*")|\([^)]*\)/g, '$1')
  return withoutLength[bare] ?? bare
}

/** The array of a type whose name the server itself has written. */
export const arrayOf = (type: string): MarkedSql => ({ [sqlMarker]: true, text: [`${baseType(type)}[]`], parts: [] })
