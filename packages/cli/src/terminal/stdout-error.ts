import { PgarkError } from '@pgark/core'

/** For a write to standard output that failed: into a pipe whose reader has gone, or into a file, as on a full disk. */
export function stdoutError(cause: Error): PgarkError {
  const message = isReaderGone(cause)
    ? 'What reads standard output has gone.'
    : `Standard output cannot be written: ${cause.message}.`
  return new PgarkError('DESTINATION.PIPE', message, { hint: 'what it has stored is not complete', cause })
}

export const isReaderGone = (cause: Error) => 'code' in cause && cause.code === 'EPIPE'
