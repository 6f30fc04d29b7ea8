/** A signal that asked the run to end. */
export class Interrupted extends Error {
  readonly code: string
  readonly exitCode: number

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`Ended by ${signal}; nothing was left behind.`)
    this.name = 'Interrupted'
    this.code = `INTERRUPTED.${signal}`
    this.exitCode = signal === 'SIGINT' ? 130 : 143
  }
}

/** Runs `work` with a signal that aborts on SIGINT or SIGTERM, so that it can clean up; a second one ends the process at once. */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const interrupt = (name: 'SIGINT' | 'SIGTERM') => {
    const reason = new Interrupted(name)
    if (controller.signal.aborted) process.exit(reason.exitCode)
    controller.abort(reason)
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  try {
    return await work(controller.signal)
  } finally {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
}
