import { type ColumnInfo, type Filter, ident, type MarkedSql, PgarkError, type Problem, sql } from '@pgark/core'
import { dayAfter, type Moment, readMoment } from './moment.ts'
import { columnProblems, refuseWrong, unknownOptions } from './refuse-wrong.ts'
import { timeZoneProblems } from './time-zone.ts'
import { baseType } from './type-name.ts'

export interface DateRangeOptions {
  /** Whether the end belongs to the range; a day without a time then does as a whole. Default false. */
  inclusive?: boolean
  /**
   * The zone in which dates and times are meant that have none, as `Europe/Berlin`. Needed where the column is a timestamptz and they
   * have none, or the column is a timestamp and they have one.
   */
  timeZone?: string
}

/**
 * Rows whose column is in a range of time, its end not included, so that ranges that follow each other have no row in common.
 *
 * ```ts
 * dateRange('created_at', '2026-01-01', '2027-01-01', { timeZone: 'Europe/Berlin' })
 * ```
 *
 * @param column of type date, timestamp or timestamptz
 * @param from a Date, or text in ISO 8601: `2026-01-01`, `2026-01-01T12:00`, `2026-01-01T12:00:00Z`
 * @param to the same
 */
export function dateRange(
  column: string,
  from: string | Date,
  to: string | Date,
  options: DateRangeOptions = {},
): Filter {
  const [begin, end] = [readMoment(from), readMoment(to)]
  refuseWrong('dateRange()', [...columnProblems(column), ...rangeProblems(begin, end, options)])
  const { inclusive = false, timeZone } = options
  const isWholeDay = inclusive && end && !end.hasTime
  const last = isWholeDay ? dayAfter(end) : end
  return {
    specVersion: 1,
    name: 'dateRange',
    where(_, context) {
      const found = context.column(column)
      const name = ident(found.name)
      const [first, behind] = [momentFor(found, begin as Moment, timeZone), momentFor(found, last as Moment, timeZone)]
      const isIncluded = inclusive && !isWholeDay
      return isIncluded
        ? sql`${name} >= ${first} AND ${name} <= ${behind}`
        : sql`${name} >= ${first} AND ${name} < ${behind}`
    },
  }
}

function* rangeProblems(
  begin: Moment | undefined,
  end: Moment | undefined,
  options: DateRangeOptions,
): Iterable<Problem> {
  const hint = 'give a Date, or text such as 2026-01-31 or 2026-01-31T12:00:00Z'
  if (!begin) yield { message: 'Expected its beginning to be a date.', hint }
  if (!end) yield { message: 'Expected its end to be a date.', hint }
  if (begin && end && (begin.zone === '') === (end.zone === '')) {
    if (begin.order > end.order || (begin.order === end.order && !options?.inclusive))
      yield { message: 'Expected its beginning to be before its end: no row could be in it.' }
  }
  yield* unknownOptions(options, ['inclusive', 'timeZone'])
  if (options?.inclusive !== undefined && typeof options.inclusive !== 'boolean')
    yield { message: 'Expected inclusive to be true or false.' }
  yield* timeZoneProblems(options?.timeZone)
}

/** A moment as an expression of the column's type. */
function momentFor(
  { name, type }: ColumnInfo,
  { text, hasTime, zone }: Moment,
  timeZone: string | undefined,
): MarkedSql {
  const wrong = (message: string, hint: string) => new PgarkError('USAGE.FILTER', message, { hint })
  const zoned = sql`${text + zone}::pg_catalog.timestamptz`
  switch (baseType(type)) {
    case 'timestamp with time zone':
      if (zone !== '') return zoned
      if (timeZone !== undefined) return sql`${text}::pg_catalog.timestamp AT TIME ZONE ${timeZone}`
      throw wrong(
        `The column ${name} is a point in time, and a date without a time zone is none.`,
        "say whose day is meant: { timeZone: 'Europe/Berlin' }, or give the zone with the time: 2026-01-01T00:00:00Z",
      )
    case 'timestamp without time zone':
      if (zone === '') return sql`${text}::pg_catalog.timestamp`
      if (timeZone !== undefined) return sql`${zoned} AT TIME ZONE ${timeZone}`
      throw wrong(
        `The column ${name} has times without a zone, and cannot be compared with a point in time.`,
        "say in which zone they are: { timeZone: 'UTC' }, or give the time without a zone: 2026-01-01T00:00:00",
      )
    case 'date':
      if (!hasTime) return sql`${text}::pg_catalog.date`
      throw wrong(`The column ${name} has days without times.`, 'give days: 2026-01-01')
    default:
      throw wrong(`The column ${name} is of type ${type}, which is no date.`, 'use custom(sql`…`)')
  }
}
