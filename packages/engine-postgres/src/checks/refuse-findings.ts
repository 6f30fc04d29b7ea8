import { type Finding, PgarkError } from '@pgark/core'

/** Throws one error that names everything found with severity `error`: by its own code, or `mixedCode` where there are several. */
export function refuseFindings(findings: readonly Finding[], mixedCode: string): void {
  const problems = findings.filter(({ severity }) => severity === 'error')
  const [first] = problems
  if (!first) return
  const hints = problems.flatMap(({ hint }) => hint ?? [])
  throw new PgarkError(
    problems.every(({ code }) => code === first.code) ? first.code : mixedCode,
    problems.map(({ message }) => message).join('\n'),
    { meta: { problems }, ...(hints.length > 0 && { hint: [...new Set(hints)].join('\n') }) },
  )
}
