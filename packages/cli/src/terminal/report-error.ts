import { styleText } from 'node:util'
import { isPgarkError, type Problem } from '@pgark/core'
import { ofConfig } from '../config/in-words-of-config.ts'
import { exitCodeOf } from '../exit-codes.ts'
import { isForeign } from '../plugins/in-its-words.ts'
import { Interrupted } from '../signals.ts'
import { withFlagNames } from './flag-names.ts'
import { redact } from './redact.ts'

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
  if (error instanceof Interrupted) return { code: error.code, message: error.message }
  if (!isPgarkError(error)) {
    const hint = 'this is a bug in pgark; run it again with --debug and report what it prints'
    return { code: 'INTERNAL', message: redact(described(error)), hint }
  }
  // A config file has the library's words.
  const isOfFlags = error.code.startsWith('USAGE.') && error.code !== 'USAGE.CONFIG'
  const problem = (told: Told | Problem) => {
    const { message, hint } = told
    const isFlags = isOfFlags && !isForeign(told)
    const words = isFlags ? (text: string) => redact(withFlagNames(text, ofConfig(told))) : redact
    return { message: words(message), ...(hint !== undefined && { hint: words(hint) }) }
  }
  const { code, meta } = error
  if (!Array.isArray(meta.problems)) return { code, ...problem(error) }
  const problems = meta.problems.map(problem)
  const hints = problems.flatMap(({ hint }) => hint ?? [])
  const message = problems.map((each) => each.message).join('\n')
  return { code, message, ...(hints.length > 0 && { hint: hints.join('\n') }), problems }
}

/** The server's errors quote rows; one that comes here was met by code that did not expect it. */
const isOfServer = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && 'severity' in error && 'code' in error

function described(error: unknown): string {
  if (isOfServer(error)) return `an error of the server (SQLSTATE ${error.code})`
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}

function stacks(error: unknown): string {
  let text = ''
  for (let at = error; at instanceof Error; at = at.cause) {
    const frames = (at.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
    const stack = isOfServer(at) ? [described(at), ...frames].join('\n') : at.stack
    text += `${at === error ? '' : 'caused by '}${stack}\n`
  }
  return redact(text)
}
