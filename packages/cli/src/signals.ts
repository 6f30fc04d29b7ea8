import { PgarkError } from '@pgark/core'

/** A signal that asked the run to end. */
export class Interrupted extends Error {
  readonly code: string
  readonly exitCode: number

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`Ended by ${signal}.`)
    this.name = 'Interrupted'
    this.code = signal === 'SIGINT' ? 'INTERRUPTED.SIGINT' : 'INTERRUPTED.SIGTERM'
    this.exitCode = signal === 'SIGINT' ? 130 : 143
  }
}

/**
 * Runs `work` with a signal that aborts on SIGINT or SIGTERM, or (unless `endsWithStdout` is false) when what reads standard output has
 * gone, so that it can clean up. A second signal ends the process at once.
 */
export async function untilInterrupted<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { endsWithStdout = true } = {},
): Promise<T> {
  const controller = new AbortController()
  const interrupt = (name: 'SIGINT' | 'SIGTERM') => {
    const reason = new Interrupted(name)
    if (controller.signal.aborted) process.exit(reason.exitCode)
    controller.abort(reason)
  }
  const onClosed = (cause: Error) =>
    controller.abort(
      new PgarkError('DESTINATION.PIPE', 'What reads standard output has gone; the run was ended.', { cause }),
    )
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  if (endsWithStdout) process.stdout.on('error', onClosed)
  try {
    return await work(controller.signal)
  } finally {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
    process.stdout.off('error', onClosed)
  }
}
