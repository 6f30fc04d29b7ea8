import type { ArgumentType } from './recorder.ts'

/**
 * A value as Prisma hands it to a driver, as one that the engine can write: what `@prisma/adapter-pg` makes of it, and the driver
 * after it. Times are in UTC, and do not say so.
 */
export function driverValue(value: unknown, type: ArgumentType): unknown {
  if (value === null) return null
  if (Array.isArray(value) && type.arity === 'list') return value.map((item) => driverValue(item, type))
  if (type.scalarType === 'datetime' && (typeof value === 'string' || value instanceof Date))
    return dateText(new Date(value), type.dbType)
  if (type.scalarType === 'bytes' && typeof value === 'string') return Buffer.from(value, 'base64')
  return value
}

function dateText(date: Date, dbType: string | null | undefined): string {
  // Years above 9999 have a sign and six digits there.
  const iso = date.toISOString().replace(/^\+0*/, '')
  const [day = '', time = ''] = iso.split('T')
  if (dbType === 'DATE') return day
  const plain = time.replace('Z', '')
  return dbType === 'TIME' || dbType === 'TIMETZ' ? plain : `${day} ${plain}`
}
