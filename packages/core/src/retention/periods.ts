import type { periodRules } from './rules.ts'

export type PeriodRule = (typeof periodRules)[number]

/** Names the hour, day, ISO week, month or year of a time in a time zone: two times have the same name if they are in the same one. */
export type NamePeriod = (rule: PeriodRule, time: Date) => string

const dayMs = 86_400_000

/** Calendar periods of a time zone, daylight saving included: the hour that comes twice in autumn is two, a day is 23 to 25 hours. */
export function periodsIn(timeZone: string): NamePeriod {
  const format = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
    ...{ timeZone, hourCycle: 'h23', timeZoneName: 'longOffset' },
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit' },
  })
  return (rule, time) => {
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]))
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? ''
    const day = `${part('year')}-${part('month')}-${part('day')}`
    switch (rule) {
      case 'keepHourly':
        // Of UTC, some versions of ICU say GMT and no more.
        return `${day} ${part('hour')}:00${part('timeZoneName').replace('GMT', '') || '+00:00'}`
      case 'keepDaily':
        return day
      case 'keepWeekly':
        return isoWeek(Date.parse(`${day}T00:00Z`))
      case 'keepMonthly':
        return day.slice(0, -'-dd'.length)
      case 'keepYearly':
        return part('year')
    }
  }
}

/** `2026-W53`: a week belongs to the year in which its Thursday is. */
function isoWeek(dayAsUtc: number): string {
  const sinceMonday = (new Date(dayAsUtc).getUTCDay() + 6) % 7
  const thursday = new Date(dayAsUtc + (3 - sinceMonday) * dayMs)
  const week = Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / (7 * dayMs)) + 1
  return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, '0')}`
}
