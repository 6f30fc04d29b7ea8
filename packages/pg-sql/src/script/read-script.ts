import type { ScriptItem } from './item.ts'
import { ScriptReader } from './script-reader.ts'

/** PostgreSQL's own limit for one query: a string buffer holds less than 1 GiB (`MaxAllocSize` in utils/memutils.h). */
export const MAX_STATEMENT_BYTES = 1_073_741_823

/**
 * PostgreSQL's own limit for a line of COPY data without its line end: with that, and a byte behind it, the line must stay
 * below the same size (`enlargeStringInfo` in common/stringinfo.c).
 */
export const MAX_ROW_BYTES = 1_073_741_821

export interface ReadScriptOptions {
  /** The longest statement to accept, in bytes. Reading fails at a longer one. Default {@link MAX_STATEMENT_BYTES}. */
  readonly maxStatementBytes?: number
  /** The longest line of COPY data to accept, in bytes without its line end. Default {@link MAX_ROW_BYTES}. */
  readonly maxRowBytes?: number
  /** How comments and meta-commands are read. Default: as UTF-8. */
  readonly decode?: (bytes: Buffer) => string
}

/**
 * Reads a script of any length, split as psql splits it. Where the source cuts its chunks never matters. Memory is
 * bounded by a chunk and the longest statement; COPY data passes without being copied.
 *
 * Each item must be handled before the next one is asked for. COPY data that was not read is then skipped: still
 * counted, still checked for its end. Breaking off the iteration closes the source; the source's errors are passed on.
 *
 * Throws {@link SqlScriptError} for a script that cannot be read, after all items before that place, and a TypeError
 * for a limit that is not a positive integer.
 */
export async function* readScript(
  source: AsyncIterable<Uint8Array>,
  options: ReadScriptOptions = {},
): AsyncGenerator<ScriptItem, void, undefined> {
  const { maxStatementBytes = MAX_STATEMENT_BYTES, maxRowBytes = MAX_ROW_BYTES, decode = String } = options
  const limits = { maxStatementBytes, maxRowBytes }
  for (const [name, limit] of Object.entries(limits)) {
    if (Number.isSafeInteger(limit) && limit > 0) continue
    throw new TypeError(`Expected \`${name}\` to be a positive integer, got ${limit}`)
  }
  const reader = new ScriptReader(source, limits, decode)
  try {
    await reader.begin()
    for (;;) {
      const item = reader.itemAtHand() ?? (await reader.nextItem())
      if (item === undefined) return
      yield item
    }
  } finally {
    await reader.close()
  }
}
