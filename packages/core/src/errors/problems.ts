import { PgarkError } from './pgark-error.ts'

/** One thing that is wrong with a call, with what to do about it. */
export interface Problem {
  message: string
  hint?: string
}

/** Throws one error that lists every problem, `USAGE.OPTIONS` unless another code is given, or returns when there is none. */
export function refuseProblems(
  problems: readonly Problem[],
  code: 'USAGE.OPTIONS' | 'USAGE.FILTER' | 'USAGE.MODEL' = 'USAGE.OPTIONS',
): void {
  if (problems.length === 0) return
  const hints = problems.flatMap((problem) => (problem.hint ? [problem.hint] : []))
  throw new PgarkError(code, problems.map((problem) => problem.message).join('\n'), {
    meta: { problems },
    ...(hints.length > 0 && { hint: hints.join('\n') }),
  })
}
