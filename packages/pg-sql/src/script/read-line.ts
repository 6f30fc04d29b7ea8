import { CARRIAGE_RETURN, LINE_FEED } from '../lexical/character.ts'
import type { ScriptInput } from './script-input.ts'

/** The rest of a line. */
export interface LineRest {
  /** At most as many bytes as were asked for, without the line end. */
  readonly bytes: Buffer
  /** Whether the line went on beyond them. */
  readonly isCut: boolean
  /** Whether the script ends without a line end. */
  readonly isLast: boolean
}

/**
 * Reads to the end of the line and stops before its line end. Memory is bounded by `maxBytes`, not by the line. A line
 * of psql ends with a line feed; with `atCarriageReturn` a lone carriage return ends it too, as it does a comment.
 */
export async function readLine(input: ScriptInput, maxBytes: number, atCarriageReturn: boolean): Promise<LineRest> {
  const parts: Buffer[] = []
  let length = 0
  for (;;) {
    const { bytes, position, limit } = input
    const end = lineEnd(bytes, position, limit, atCarriageReturn)
    if (end > position && length < maxBytes)
      parts.push(bytes.subarray(position, Math.min(end, position + maxBytes - length)))
    length += end - position
    input.position = end
    const isLast = end === limit && input.isLast
    if (end < limit || isLast) return { bytes: joined(parts), isCut: length > maxBytes, isLast }
    await input.moreSql()
  }
}

function joined(parts: Buffer[]): Buffer {
  const [only] = parts
  return only !== undefined && parts.length === 1 ? only : Buffer.concat(parts)
}

function lineEnd(bytes: Buffer, from: number, limit: number, atCarriageReturn: boolean): number {
  let at = from
  while (at < limit && bytes[at] !== LINE_FEED && !(atCarriageReturn && bytes[at] === CARRIAGE_RETURN)) at++
  return at
}
