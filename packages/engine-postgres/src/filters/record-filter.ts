import { createHash } from 'node:crypto'
import type { RecordedFilter } from '@pgark/core'

type Values = readonly (string | null)[]

/** A filter as it is written into the backup. */
export function recordFilter(
  { name, sql, values }: { name: string; sql: string; values: Values },
  withValues: boolean,
): RecordedFilter {
  const valuesSha256 = sha256OfJson(values)
  return { name, sql, valueCount: values.length, valuesSha256, ...(withValues && { values }) }
}

const pieceLength = 65_536

/** The hash of `JSON.stringify(values)`, which is made piece by piece: a list can have a million items, and is one value. */
function sha256OfJson(values: Values): string {
  const hash = createHash('sha256')
  for (const [index, value] of values.entries()) {
    hash.update(index === 0 ? '[' : ',')
    if (value === null) hash.update('null')
    else {
      hash.update('"')
      for (const piece of piecesOf(value)) hash.update(JSON.stringify(piece).slice(1, -1))
      hash.update('"')
    }
  }
  return hash.update(values.length === 0 ? '[]' : ']').digest('hex')
}

/** No surrogate pair is torn: half of one would be written as an escape. */
function* piecesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    let end = start + pieceLength
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1
    yield text.slice(start, end)
    start = end
  }
}

const isHighSurrogate = (code: number) => code >= 0xd800 && code <= 0xdbff
