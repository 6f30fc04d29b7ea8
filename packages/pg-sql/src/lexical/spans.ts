import { BACKSLASH, CARRIAGE_RETURN, LINE_FEED, SLASH, STAR } from './character.ts'

/*
 * Each function below reads on from `at` inside a construct that is already open, up to `limit`, and returns the index
 * behind its end. When the end is not in sight it returns `~index` instead: everything before `index` is read for good,
 * and reading is to go on there once there are more bytes. That is what makes a literal of any length linear however
 * small its chunks are.
 */

/** Beyond this many bytes without a quote a native search beats the loop, below it the call costs more than it saves. */
const LOOP_BYTES = 48

/** The rest of `'…'` or `"…"`, where a doubled quote stands for itself and, with `escapes`, a backslash hides a byte. */
export function skipQuoted(
  bytes: Buffer,
  at: number,
  limit: number,
  isLast: boolean,
  quote: number,
  escapes: boolean,
): number {
  let index = at
  for (;;) {
    const loopEnd = escapes ? limit : Math.min(limit, index + LOOP_BYTES)
    while (index < loopEnd && bytes[index] !== quote && !(escapes && bytes[index] === BACKSLASH)) index++
    if (index === loopEnd && index < limit) {
      const found = bytes.indexOf(quote, index)
      index = found === -1 || found > limit ? limit : found
    }
    if (index >= limit) return ~limit
    const isQuote = bytes[index] === quote
    if (index + 1 === limit) {
      if (!isLast) return ~index
      return isQuote ? limit : ~limit
    }
    if (isQuote && bytes[index + 1] !== quote) return index + 1
    index += 2
  }
}

/** The rest of a dollar-quoted literal. Its text is opaque, so the first occurrence of the delimiter ends it. */
export function skipDollarQuoted(bytes: Buffer, at: number, limit: number, delimiter: Buffer): number {
  const found = bytes.indexOf(delimiter, at)
  if (found !== -1 && found + delimiter.length <= limit) return found + delimiter.length
  return ~Math.max(at, limit - delimiter.length + 1)
}

/** The rest of a `--` comment, up to but not including its line end. */
export function skipLineComment(bytes: Buffer, at: number, limit: number): number {
  let index = at
  while (index < limit && bytes[index] !== LINE_FEED && bytes[index] !== CARRIAGE_RETURN) index++
  return index < limit ? index : ~limit
}

/** How deep block comments nest, kept over calls of {@link skipBlockComment}. */
export interface CommentDepth {
  depth: number
}

/** The rest of a block comment. */
export function skipBlockComment(bytes: Buffer, at: number, limit: number, nested: CommentDepth): number {
  let index = at
  for (;;) {
    while (index < limit && bytes[index] !== STAR && bytes[index] !== SLASH) index++
    if (index + 1 >= limit) return ~index
    const pair = bytes[index] === STAR ? SLASH : STAR
    if (bytes[index + 1] !== pair) {
      index++
      continue
    }
    index += 2
    nested.depth += pair === STAR ? 1 : -1
    if (nested.depth === 0) return index
  }
}
