import { styleText } from 'node:util'
import { isPgarkError, type Problem } from '@pgark/core'
import { exitCodeOf } from '../exit-codes.ts'
import { Interrupted } from '../signals.ts'

/** Tells an error: its code and sentence, then what to do; with several problems each in turn. With `json` also as the result on stdout. */
export function reportError(error: unknown, { json, debug }: { json: boolean; debug: boolean }): void {
  const { code, message, hint, problems } = tell(error)
  const title = (text: string) => styleText('red', text, { stream: process.stderr })
  for (const problem of problems ?? [{ message, hint }]) {
    process.stderr.write(`${title(`${code}:`)} ${problem.message}\n`)
    if (problem.hint)
      process.stderr.write(`${styleText('cyan', 'hint:', { stream: process.stderr })} ${problem.hint}\n`)
  }
  if (debug) process.stderr.write(stacks(error))
  if (json) {
    const result = {
      type: 'result',
      ok: false,
      exitCode: exitCodeOf(error),
      error: { code, message, ...(hint && { hint }) },
    }
    process.stdout.write(`${JSON.stringify(result)}\n`)
  }
}

interface Told {
  readonly code: string
  readonly message: string
  readonly hint?: string | undefined
  readonly problems?: readonly Problem[]
}

function tell(error: unknown): Told {
  if (isPgarkError(error) || error instanceof Interrupted) {
    const { code, message } = error
    if (!isPgarkError(error)) return { code, message }
    const { problems } = error.meta
    return { code, message, hint: error.hint, ...(Array.isArray(problems) && { problems }) }
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return {
    code: 'INTERNAL',
    message,
    hint: 'this is a bug in pgark; run it again with --debug and report what it prints',
  }
}

function stacks(error: unknown): string {
  let text = ''
  for (let at = error; at instanceof Error; at = at.cause) text += `${at === error ? '' : 'caused by '}${at.stack}\n`
  return text
}
