import { styleText } from 'node:util'
import { isPgarkError } from '@pgark/core'
import { exitCodeOf } from '../exit-codes.ts'
import { Interrupted } from '../signals.ts'

/** Tells an error: its code and sentence, then what to do. With `json` also as the result on stdout. */
export function reportError(error: unknown, { json, debug }: { json: boolean; debug: boolean }): void {
  const told = tell(error)
  const hints =
    told.hint?.split('\n').map((hint) => `${styleText('cyan', 'hint:', { stream: process.stderr })} ${hint}\n`) ?? []
  const code = styleText('red', `${told.code}:`, { stream: process.stderr })
  process.stderr.write(`${code} ${told.message}\n${hints.join('')}`)
  if (debug) process.stderr.write(stacks(error))
  if (json) {
    const { code, message, hint } = told
    const result = {
      type: 'result',
      ok: false,
      exitCode: exitCodeOf(error),
      error: { code, message, ...(hint && { hint }) },
    }
    process.stdout.write(`${JSON.stringify(result)}\n`)
  }
}

function tell(error: unknown): { code: string; message: string; hint?: string | undefined } {
  if (isPgarkError(error) || error instanceof Interrupted) {
    return { code: error.code, message: error.message, hint: 'hint' in error ? error.hint : undefined }
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
