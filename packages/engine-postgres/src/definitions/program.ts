import type { ServerParameters } from './startup.ts'
import type { Tunnel } from './tunnel.ts'

/** A pg_dump that can be run: the one compiled to WASM that comes with this package, or a binary of the machine. */
export type PgDumpProgram = WasmProgram | NativeProgram

export interface WasmProgram {
  readonly kind: 'wasm'
  readonly major: WasmMajor
  /** Of pg_dump, for example `17.5`. */
  readonly version: string
}

export interface NativeProgram {
  readonly kind: 'native'
  /** Absolute. */
  readonly path: string
  readonly version: string
}

/** The majors of pg_dump that come as WASM. */
export type WasmMajor = 17 | 18

/** Of the packages `pg-dump-17` and `pg-dump-18`, pinned exactly in package.json. */
export const WASM_VERSIONS: Readonly<Record<WasmMajor, string>> = { 17: '17.5', 18: '18.3' }

/** What a program is run with. */
export interface ProgramRun<Program extends PgDumpProgram> {
  readonly program: Program
  readonly args: readonly string[]
  readonly parameters: ServerParameters
  /** Sent in the startup packet, which we answer ourselves. */
  readonly user: string
  readonly tunnel: Tunnel
  readonly signal: AbortSignal
}

/** What a program that succeeded has to say. */
export interface DumpedArchive {
  readonly bytes: Uint8Array
  /** Warnings too: what pg_dump left out. */
  readonly stderr: string
}
