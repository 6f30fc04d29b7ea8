import type { Finding } from '@pgark/core'
import { Interrupted } from './signals.ts'

/** 0 done · 1 failed · 2 refused before starting · 3 damage or difference · 4 done, with exceptions that were allowed or without some destinations · 129 SIGHUP · 130 SIGINT · 143 SIGTERM. */
const byCodeClass: Readonly<Record<string, number>> = { USAGE: 2, REFUSED: 2, DAMAGE: 3, SCRIPT: 3, ARCHIVE: 3 }

/** The exit code for an error, told by the first part of its code. */
export function exitCodeOf(error: unknown): number {
  // What a signal has left behind may be what is to be told of it.
  const ended = error instanceof Error && error.cause instanceof Interrupted ? error.cause : error
  if (ended instanceof Interrupted) return ended.exitCode
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return byCodeClass[code.split('.')[0] ?? ''] ?? 1
}

/** The exit code for what a run has found, which ended otherwise. */
export function exitCodeOfFindings(findings: readonly Finding[]): number {
  if (findings.some(({ severity }) => severity === 'error')) return 3
  return findings.some(({ isAllowed }) => isAllowed) ? 4 : 0
}
