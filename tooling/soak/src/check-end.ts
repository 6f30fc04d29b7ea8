import type { Ended } from './pgark-process.ts'
import type { Fault, Plan } from './plan.ts'

/** The code of the error that the run told, if it told one. */
export const codeOf = ({ events, stderr }: Ended): string | undefined => {
  const result = events.at(-1) as { error?: { code?: string } } | undefined
  return result?.error?.code ?? /^([A-Z]+(\.[A-Z_]+)?): /m.exec(stderr)?.[1]
}

/** What is wrong with how a process ended: its exit code must fit what it said, and what was done to it. */
export function* endProblems(ended: Ended, { fault, operation }: Plan): Iterable<string> {
  const { code, signal, events, stderr, hung } = ended
  if (hung) return yield 'it hung'
  if (fault.kind === 'signal' && signal === fault.signal) return
  const result = events.at(-1)
  const told = codeOf(ended)
  if (code === 0 && (result?.type !== 'result' || result.ok !== true)) yield 'exit code 0 without a result'
  if (code !== 0 && (result?.type !== 'result' || result.ok !== false || told === undefined))
    yield `it failed without a result, but ${JSON.stringify(result)}`
  // A header that is garbled can make an answer of the catalogues say anything: then a failure is all that can be asked for.
  const isForeseen = told !== 'INTERNAL' || fault.kind === 'garble'
  if (!isForeseen || /^\s+at /m.test(stderr)) yield `an error that nobody foresaw: ${stderr.trim()}`
  const allowed = allowedCodes(fault, operation, told)
  if (code === null || !allowed.includes(code))
    yield `exit code ${code ?? signal} (${told}), expected ${allowed.join(' or ')}`
}

function allowedCodes(fault: Fault, operation: Plan['operation'], told: string | undefined): number[] {
  if (fault.kind === 'none') return [0]
  // Whoever stops a COMMIT cannot know what became of it, and must say so.
  const doubtful = told === 'RESTORE.COMMIT_UNKNOWN' ? [1] : []
  if (fault.kind === 'signal') return [0, { SIGKILL: 137, SIGTERM: 143, SIGINT: 130 }[fault.signal], ...doubtful]
  // A count that arrived garbled is a difference from the manifest.
  return fault.kind === 'garble' && operation === 'restore' ? [0, 1, 3] : [0, 1]
}
