import type { RecordedQuery } from './recorder.ts'

// Prisma gives times without their zone, and so the time zone of the session decides which instant is meant. Where that is not UTC, all
// that Prisma reads and writes is off by the same, and its conditions fit. A backup is read in UTC: there they would be off by the zone.

const zone = `WITH pgark_session (zone) AS MATERIALIZED (SELECT reset_val FROM pg_catalog.pg_settings WHERE name = 'TimeZone') `

/** A literal, a quoted name, or `$1`. */
const piece = /"(?:[^"]|"")*"|'(?:[^']|'')*'|\$(\d+)/g

/** The query with its instants in the time zone that sessions of the role begin with, as those of the application do. */
export function inSessionZone(query: string, { args, argTypes }: Pick<RecordedQuery, 'args' | 'argTypes'>): string {
  let isNeeded = false
  const text = query.replaceAll(piece, (found, number: string | undefined) => {
    const at = Number(number ?? 0) - 1
    const type = argTypes[at]
    // Lists say which zone they are in.
    if (type?.scalarType !== 'datetime' || type.dbType !== 'TIMESTAMPTZ' || Array.isArray(args[at])) return found
    isNeeded = true
    return `(${found}::pg_catalog.timestamp AT TIME ZONE (SELECT zone FROM pgark_session))`
  })
  return isNeeded ? `${zone}${text}` : text
}
