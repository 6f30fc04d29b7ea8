import { PgarkError } from '@pgark/core'
import { nativeProgram, programsOnPath } from './find-native.ts'
import { type NativeProgram, type PgDumpProgram, WASM_VERSIONS, type WasmProgram } from './program.ts'

const OLDEST_SERVER = 13
const NEWEST_WASM = 18

/**
 * Chooses the pg_dump for a server.
 *
 * @param request `auto`: WASM 17 for servers 13 to 17, WASM 18 for 18, and for newer ones the first `pg_dump` on PATH that is new
 * enough. pg_dump 18 is not used below 18: what it writes for inherited NOT NULL is a syntax error there. `wasm`: only WASM.
 * `native`: the first `pg_dump` on PATH. Anything else: the path of a binary.
 * @param serverVersionNum `server_version_num`, for example 170010.
 * @throws PgarkError `ENGINE.UNSUPPORTED_SERVER` before 13; `ENGINE.PG_DUMP_UNAVAILABLE` where there is none that fits.
 */
export async function choosePgDump(request: string, serverVersionNum: number): Promise<PgDumpProgram> {
  const server = Math.floor(serverVersionNum / 10_000)
  if (server < OLDEST_SERVER) {
    throw new PgarkError(
      'ENGINE.UNSUPPORTED_SERVER',
      `The server is PostgreSQL ${server}; ${OLDEST_SERVER} is the oldest supported`,
      {
        hint: `Use pg_dump and pg_restore of PostgreSQL to move to ${OLDEST_SERVER} or newer.`,
        meta: { serverVersionNum },
      },
    )
  }
  if (request === 'auto') return server > NEWEST_WASM ? await newEnoughOnPath(server) : wasmFor(server)
  if (request === 'wasm') return wasmFor(server)
  return newEnough(request === 'native' ? await firstOnPath(server) : await nativeProgram(request), server)
}

function wasmFor(server: number): WasmProgram {
  if (server > NEWEST_WASM) {
    throw unavailable(`The built-in pg_dump is for servers up to ${NEWEST_WASM}; this one is PostgreSQL ${server}`, {
      hint: `Update @pgark/engine-postgres, or use pg_dump ${server} of this machine with --pg-dump native.`,
      meta: { server },
    })
  }
  const major = server === 18 ? 18 : 17
  return { kind: 'wasm', major, version: WASM_VERSIONS[major] }
}

async function newEnoughOnPath(server: number): Promise<NativeProgram> {
  for await (const program of programsOnPath()) {
    if (majorOf(program) >= server) return program
  }
  throw unavailable(`No pg_dump for PostgreSQL ${server} was found`, {
    hint: `Update @pgark/engine-postgres, or install the client of PostgreSQL ${server} so that its pg_dump is on PATH.`,
    meta: { server },
  })
}

async function firstOnPath(server: number): Promise<NativeProgram> {
  for await (const program of programsOnPath()) return program
  throw unavailable('No pg_dump was found on PATH', {
    hint: `Install the client of PostgreSQL ${server}, or give the path with --pg-dump <path>.`,
    meta: { server },
  })
}

function newEnough(program: NativeProgram, server: number): NativeProgram {
  if (majorOf(program) >= server) return program
  throw unavailable(`${program.path} is pg_dump ${program.version}, too old for PostgreSQL ${server}`, {
    hint: `Use pg_dump ${server} or newer with --pg-dump <path>, or leave --pg-dump out.`,
    meta: { path: program.path, version: program.version, server },
  })
}

const majorOf = (program: NativeProgram): number => Number.parseInt(program.version, 10)

function unavailable(message: string, options: { hint: string; meta: Record<string, unknown> }): PgarkError {
  return new PgarkError('ENGINE.PG_DUMP_UNAVAILABLE', message, options)
}
