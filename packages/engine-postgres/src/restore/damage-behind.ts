import { isPgarkError, PgarkError, type PgarkErrorLike, type RunContext } from '@pgark/core'
import type { WatchedSource } from './watched-source.ts'

/** Failures of the script rather than of the target. */
const suspect =
  /^(RESTORE\.(STATEMENT|TRANSACTION|REFUSED)|DAMAGE\.ENCODING|SCRIPT\.|ARCHIVE\.|REFUSED\.(FORMAT|META_COMMAND|CREATE_DATABASE|COPY_FILE|TRANSACTION|CONSENT|ENCODING))/

/**
 * A statement that fails, or that makes no sense, may be what damage has made of it: where there is a manifest, objects that were
 * read in part are read to their end, and damage is what is told.
 */
export async function damageBehind(
  failure: unknown,
  { source, doubtful }: WatchedSource,
  run: RunContext,
): Promise<unknown> {
  const isSuspect = isPgarkError(failure) && suspect.test(failure.code)
  // What becomes of what is there is asked before a statement is run.
  const isOfPlan = isPgarkError(failure) && failure.meta.onExisting !== undefined
  if (!isSuspect || isOfPlan || !source.manifest || run.signal.aborted) return failure
  run.onEvent({ type: 'phase', name: 'check' })
  try {
    for (const name of doubtful()) {
      for await (const _ of source.read(name, { signal: run.signal })) run.signal.throwIfAborted()
    }
    return failure
  } catch (error) {
    if (run.signal.aborted) return run.signal.reason
    if (!isPgarkError(error)) return error
    // What the failure says of the target is still so.
    const { code, message, hint, meta, retryable, cause } = error
    const facts = { ...(failure as PgarkErrorLike).meta, ...meta }
    return new PgarkError(code, message, { ...(hint && { hint }), meta: facts, retryable, cause })
  }
}
