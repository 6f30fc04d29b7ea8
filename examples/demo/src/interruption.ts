/** A signal that aborts when someone presses Ctrl-C or ends the process, and the exit code that is usual for it. */
export interface Interruption {
  readonly signal: AbortSignal
  /** Undefined while nobody interrupted. */
  readonly exitCode: number | undefined
}

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const

/** Without listeners the process would end at once and leave the server's files behind. */
export function listenForInterruption(): Interruption {
  const controller = new AbortController()
  let exitCode: number | undefined
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      exitCode ??= exitCodes[name]
      controller.abort(new Error('Interrupted.'))
    })
  }
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode
    },
  }
}
