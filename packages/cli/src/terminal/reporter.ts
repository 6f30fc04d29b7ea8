import type { Logger, RunEvent } from '@pgark/core'
import type { CommonFlags } from '../commands/command.ts'
import { createProgress } from './progress.ts'

/** How a run is told: events as JSON on stdout, or progress and results for people on stderr. */
export interface Reporter {
  onEvent(event: RunEvent): void
  readonly log: Logger
  /** A line for people: nothing with `--quiet` or `--json`. */
  say(line: string): void
  /** A line of what went wrong, which `--quiet` does not keep back; nothing with `--json`. */
  complain(line: string): void
  /** Ends what is drawn in place, before something else is printed. */
  end(): void
}

export function createReporter(flags: CommonFlags): Reporter {
  const toStderr = (line: string) => process.stderr.write(`${line}\n`)
  const progress = flags.json || flags.quiet ? undefined : createProgress(process.stderr)
  return {
    onEvent(event) {
      if (flags.json) process.stdout.write(`${JSON.stringify(event)}\n`)
      else if (event.type === 'warning' && !flags.quiet) {
        progress?.end()
        toStderr(`warning: ${event.message}${event.hint ? `\nhint: ${event.hint}` : ''}`)
      } else progress?.show(event)
    },
    log: {
      debug(message) {
        if (!flags.verbose) return
        progress?.end()
        toStderr(message)
      },
    },
    say(line) {
      progress?.end()
      if (!flags.json && !flags.quiet) toStderr(line)
    },
    complain(line) {
      progress?.end()
      if (!flags.json) toStderr(line)
    },
    end: () => progress?.end(),
  }
}
