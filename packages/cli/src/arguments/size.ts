import type { Problem } from '@pgark/core'

const unitBytes: Readonly<Record<string, number>> = { kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3, tb: 1024 ** 4 }

/** Bytes of `64MB`, `1.5GB`, in units of 1,024 as PostgreSQL has them; a plain number is bytes. */
export function sizeBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]b)?$/i.exec(text)
  if (!match) return undefined
  const bytes = Math.round(Number(match[1]) * (unitBytes[match[2]?.toLowerCase() ?? ''] ?? 1))
  return bytes >= 1 && Number.isSafeInteger(bytes) ? bytes : undefined
}

/** The problem with an option's size, if there is one. */
export function* sizeProblems(option: string, text: string | undefined): Iterable<Problem> {
  if (text === undefined || sizeBytes(text) !== undefined) return
  yield { message: `Expected ${option} to be a size, got ${text}.`, hint: 'write 64MB or 1GB' }
}
