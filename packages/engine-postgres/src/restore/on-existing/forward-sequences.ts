import type { TocEntry } from '@pgark/pg-archive'

/** As pg_dump writes it; the literal holds the sequence's name, qualified and quoted. */
const setsValue = /^SELECT pg_catalog\.setval\('((?:[^']|'')+)', (-?\d+), (true|false)\);/

/**
 * Sets a sequence only where that takes it further, so that it never hands out again what rows have that are there. Compared when it
 * runs, as others may use the sequence until then. What is not written as pg_dump does stays as it is.
 */
export function forwardOnly(entry: TocEntry): TocEntry {
  const [, literal = '', value, isCalled] = setsValue.exec(entry.definition ?? '') ?? []
  if (value === undefined) return entry
  const next = (last: string, called: string) => `${last}::numeric + CASE WHEN ${called} THEN s.seqincrement ELSE 0 END`
  const definition = `SELECT pg_catalog.setval('${literal}', ${value}, ${isCalled})
FROM ${literal.replaceAll("''", "'")} AS now, pg_catalog.pg_sequence AS s
WHERE s.seqrelid = '${literal}'::pg_catalog.regclass
  AND sign(s.seqincrement) * (${next(value, String(isCalled))}) > sign(s.seqincrement) * (${next('now.last_value', 'now.is_called')});
`
  return { ...entry, definition }
}
