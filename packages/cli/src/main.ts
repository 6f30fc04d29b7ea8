import { CommanderError } from 'commander'
import { exitCodeOf } from './exit-codes.ts'
import { createProgram } from './program.ts'
import { hideLibraryWarnings } from './terminal/library-warnings.ts'
import { redact } from './terminal/redact.ts'
import { reportError } from './terminal/report-error.ts'
import { isReaderGone, stdoutError } from './terminal/stdout-error.ts'

/**
 * Runs the command with these arguments (without the program's own name) and answers its exit code, which is also set on the
 * process: open handles, such as a pipe that is still being read, may keep it alive for a moment.
 */
export async function main(argv: readonly string[]): Promise<number> {
  hidePasswords(argv)
  const output = { json: argv.includes('--json'), debug: argv.includes('--debug') }
  if (!output.debug) hideLibraryWarnings()
  // What nobody awaited. Node would print it with its stack and all its fields.
  process.on('uncaughtException', (error) => {
    reportError(error, output)
    process.exit(1)
  })
  // Without a listener that would end the process with a stack trace. Whoever closes the pipe early has read enough; a list that a
  // full disk cuts off is none.
  process.stdout.on('error', (cause) => {
    if (isReaderGone(cause)) return
    process.once('exit', (code) => {
      if (code !== 0) return
      reportError(stdoutError(cause), { ...output, json: false })
      process.exitCode = 1
    })
  })
  // A terminal that has gone takes no words any more; what was begun is still to be cleaned up.
  process.stderr.on('error', () => {})
  try {
    await createProgram().parseAsync([...argv], { from: 'user' })
    process.exitCode ??= 0
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version were asked for and printed; anything else is the usage that commander has told already.
      process.exitCode = error.exitCode === 0 ? 0 : 2
    } else {
      process.exitCode = exitCodeOf(error)
      reportError(error, output)
    }
  }
  return Number(process.exitCode)
}

/** Everyone on the machine can read the arguments of a process; a password among them is taken out of sight. */
function hidePasswords(argv: readonly string[]): void {
  const shown = argv.map(redact)
  if (shown.some((argument, index) => argument !== argv[index])) process.title = ['pgark', ...shown].join(' ')
}
