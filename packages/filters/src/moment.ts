/** A date or a date with a time, as it was given. */
export interface Moment {
  /** `2026-01-31`, or `2026-01-31 12:00:00.5`. */
  readonly text: string
  readonly hasTime: boolean
  /** `Z`, `+02`, `-03:30`; empty where it has none. */
  readonly zone: string
  /** For comparing moments that both have a zone, or both none. */
  readonly order: number
}

const form = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+-]\d\d(?::?\d\d)?)?)?$/

/** Reads a Date or text in ISO 8601; undefined for anything else, also for days and hours that there are not. */
export function readMoment(given: unknown): Moment | undefined {
  if (given instanceof Date) return Number.isNaN(given.getTime()) ? undefined : readMoment(given.toISOString())
  const [, day, time, zone = ''] = (typeof given === 'string' && form.exec(given)) || []
  if (day === undefined) return undefined
  const order = Date.parse(`${day}T${time ?? '00:00'}Z`)
  // 2026-02-30 would be taken for a day in March.
  if (Number.isNaN(order) || new Date(order).toISOString().slice(0, 10) !== day) return undefined
  return {
    text: time === undefined ? day : `${day} ${time}`,
    hasTime: time !== undefined,
    zone,
    order: order - offset(zone),
  }
}

/** The day after, of one without a time. */
export function dayAfter({ text, order }: Moment): Moment {
  const next = order + 86_400_000
  return { text: new Date(next).toISOString().slice(0, text.length), hasTime: false, zone: '', order: next }
}

function offset(zone: string): number {
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}
