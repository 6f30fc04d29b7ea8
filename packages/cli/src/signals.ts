import { stdoutError } from './terminal/stdout-error.ts'

/** Signals that end a run, and the codes that say so. SIGHUP comes when the terminal or its connection has gone. */
const endings = {
  SIGHUP: { code: 'INTERRUPTED.SIGHUP', exitCode: 129 },
  SIGINT: { code: 'INTERRUPTED.SIGINT', exitCode: 130 },
  SIGTERM: { code: 'INTERRUPTED.SIGTERM', exitCode: 143 },
}
type Interruption = keyof typeof endings
const interruptions = Object.keys(endings) as Interruption[]

/** A signal that asked the run to end. */
export class Interrupted extends Error {
  readonly code: string
  readonly exitCode: number

  constructor(signal: Interruption) {
    super(`Ended by ${signal}.`)
    this.name = 'Interrupted'
    this.code = endings[signal].code
    this.exitCode = endings[signal].exitCode
  }
}

/**
 * Runs `work` with a signal that aborts on SIGHUP, SIGINT or SIGTERM, or (unless `endsWithStdout` is false) when standard output takes no
 * more, so that it can clean up. A second signal ends the process at once, unless it is SIGHUP.
 */
export async function untilInterrupted<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { endsWithStdout = true } = {},
): Promise<T> {
  const controller = new AbortController()
  const interrupt = (name: Interruption) => {
    const reason = new Interrupted(name)
    // Of a terminal that goes, the kernel and the shell both tell: that is nobody's impatience.
    if (controller.signal.aborted && name !== 'SIGHUP') process.exit(reason.exitCode)
    controller.abort(reason)
  }
  const onClosed = (cause: Error) => controller.abort(stdoutError(cause))
  // Node has undone by then what nohup asked for: without this SIGHUP would end the process at once, whoever wanted it ignored.
  for (const name of interruptions) process.on(name, interrupt)
  if (endsWithStdout) process.stdout.on('error', onClosed)
  try {
    return await work(controller.signal)
  } finally {
    for (const name of interruptions) process.off(name, interrupt)
    process.stdout.off('error', onClosed)
  }
}
