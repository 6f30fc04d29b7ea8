import { undefinedIn } from '@pgark/core'
import pg from 'pg'
import { wrongFilter } from './wrong-filter.ts'

/** Not among the published types; `pg` puts every bound value through it. */
const { prepareValue } = (pg as unknown as { utils: { prepareValue(value: unknown): string | Buffer | null } }).utils

/** So many items of a list become text at once. */
const itemsAtOnce = 1000

/**
 * A value as the text that `pg` would bind for it; null for NULL. Throws `USAGE.FILTER` for what has no such text, or none that the
 * server would take as it is meant.
 */
export function valueText(value: unknown): string | null {
  const place = undefinedIn(value)
  if (place !== undefined)
    throw wrongFilter(`A value${place && ` has at ${place} what`} is undefined.`, 'for NULL give null')
  if (!isPlain(value)) {
    throw wrongFilter(
      'A value is none that a database has.',
      'give text, a number, a boolean, null, a date, bytes, an array of these, or a plain object for JSON',
    )
  }
  const prepared = Array.isArray(value) && value.length > itemsAtOnce ? longList(value) : prepare(value)
  if (prepared === null) return null
  const text = Buffer.isBuffer(prepared) ? `\\x${prepared.toString('hex')}` : prepared
  if (text.includes('\0')) throw wrongFilter('A value contains a NUL character, which no text of the database has.')
  if (!text.isWellFormed()) throw wrongFilter('A value is no text: half of a surrogate pair stands alone in it.')
  return text
}

/** The text of a list, of which `pg` adds one item after the other to one string: with a million of them that takes ten times its bytes. */
function longList(items: readonly unknown[]): string {
  const texts: string[] = []
  for (let at = 0; at < items.length; at += itemsAtOnce) {
    texts.push(String(prepare(items.slice(at, at + itemsAtOnce))).slice(1, -1))
  }
  return `{${texts.join(',')}}`
}

function prepare(value: unknown): string | Buffer | null {
  try {
    return prepareValue(value)
  } catch (cause) {
    const { name } = cause instanceof Error ? cause : { name: 'an error' }
    throw wrongFilter(
      `A value cannot be written as text (${name}).`,
      'objects become JSON, which has no circles and no bigints',
    )
  }
}

/** A Set would silently become `{}`, a function its own source. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'function' || typeof value === 'symbol') return false
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return true
  if (Array.isArray(value)) return value.every(isPlain)
  if (value instanceof Date) return !Number.isNaN(value.getTime())
  const prototype: unknown = Object.getPrototypeOf(value)
  const { toPostgres, toJSON } = value as { toPostgres?: unknown; toJSON?: unknown }
  return (
    [Object.prototype, null].includes(prototype as null) ||
    [toPostgres, toJSON].some((method) => typeof method === 'function')
  )
}
