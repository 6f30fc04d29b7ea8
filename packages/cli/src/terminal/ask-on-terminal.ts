import { createInterface } from 'node:readline/promises'
import { Interrupted, untilInterrupted } from '../signals.ts'

/** What somebody types; undefined when the answer is Ctrl-D. Throws `Interrupted` at Ctrl-C, which is no signal here, and at a signal. */
export async function askOnTerminal(question: string): Promise<string | undefined> {
  return await untilInterrupted(
    async (signal) => {
      const terminal = createInterface({ input: process.stdin, output: process.stderr })
      const atCtrlC = new AbortController()
      terminal.on('SIGINT', () => atCtrlC.abort(new Interrupted('SIGINT')))
      const either = AbortSignal.any([signal, atCtrlC.signal])
      try {
        return await terminal.question(question, { signal: either })
      } catch (error) {
        either.throwIfAborted()
        if (error instanceof Error && error.name === 'AbortError') return undefined
        throw error
      } finally {
        terminal.close()
      }
    },
    { endsWithStdout: false },
  )
}
