import { CommanderError } from 'commander'
import { exitCodeOf } from './exit-codes.ts'
import { createProgram } from './program.ts'
import { reportError } from './terminal/report-error.ts'

/**
 * Runs the command with these arguments (without the program's own name) and answers its exit code, which is also set on the
 * process: open handles, such as a pipe that is still being read, may keep it alive for a moment.
 */
export async function main(argv: readonly string[]): Promise<number> {
  // Whoever closes the pipe early has read enough; without a listener that would end the process with a stack trace.
  process.stdout.on('error', () => {})
  try {
    await createProgram().parseAsync([...argv], { from: 'user' })
    process.exitCode ??= 0
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version were asked for and printed; anything else is the usage that commander has told already.
      process.exitCode = error.exitCode === 0 ? 0 : 2
    } else {
      process.exitCode = exitCodeOf(error)
      reportError(error, { json: argv.includes('--json'), debug: argv.includes('--debug') })
    }
  }
  return Number(process.exitCode)
}
