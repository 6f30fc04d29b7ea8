import type { PgDumpProgram } from './program.ts'

/** A pg_dump for people: which version, and where it comes from. */
export function describeProgram(program: PgDumpProgram): string {
  return `pg_dump ${program.version} (${program.kind === 'wasm' ? 'WASM' : program.path})`
}
