import { type Filter, ident, PgarkError, type Problem, sql } from '@pgark/core'
import { columnProblems, refuseWrong, unknownOptions } from './refuse-wrong.ts'
import { timeZoneProblems } from './time-zone.ts'
import { baseType } from './type-name.ts'

export interface SinceOptions {
  /** The zone in which the times of a column without zones are. Default `UTC`. No meaning for a timestamptz. */
  timeZone?: string
}

const form =
  /^\d{1,9} (second|minute|hour|day|week|month|year)s?( \d{1,9} (second|minute|hour|day|week|month|year)s?)*$/

/**
 * Rows that are no older than that: `since('created_at', '30 days')`. Counted back from the beginning of the backup by the server's
 * clock, never by that of this machine, and the same for every row.
 *
 * @param column of type date, timestamp or timestamptz
 * @param duration in seconds, minutes, hours, days, weeks, months and years: `12 hours`, `1 year 6 months`
 */
export function since(column: string, duration: string, options: SinceOptions = {}): Filter {
  refuseWrong('since()', [...columnProblems(column), ...sinceProblems(duration, options)])
  const { timeZone = 'UTC' } = options
  return {
    specVersion: 1,
    name: 'since',
    where(_, context) {
      const { name, type } = context.column(column)
      const now = sql`${context.now}::pg_catalog.timestamptz`
      const back = sql`${duration}::pg_catalog.interval`
      switch (baseType(type)) {
        case 'timestamp with time zone':
          return sql`${ident(name)} >= ${now} - ${back}`
        case 'timestamp without time zone':
          return sql`${ident(name)} >= (${now} AT TIME ZONE ${timeZone}) - ${back}`
        case 'date':
          return sql`${ident(name)} >= ((${now} AT TIME ZONE ${timeZone}) - ${back})::pg_catalog.date`
        default:
          throw new PgarkError('USAGE.FILTER', `The column ${name} is of type ${type}, which is no date.`, {
            hint: 'use custom(sql`…`)',
          })
      }
    },
  }
}

function* sinceProblems(duration: unknown, options: SinceOptions): Iterable<Problem> {
  if (typeof duration !== 'string' || !form.test(duration))
    yield { message: 'Expected a duration.', hint: "for example '30 days' or '1 year 6 months'" }
  yield* unknownOptions(options, ['timeZone'])
  yield* timeZoneProblems(options?.timeZone)
}
