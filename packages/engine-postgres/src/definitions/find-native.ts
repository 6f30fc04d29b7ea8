import { type SpawnOptions, spawn } from 'node:child_process'
import { platform } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { PgarkError } from '@pgark/core'
import type { NativeProgram } from './program.ts'

/** All that a native pg_dump sees of our environment: none of its PG* variables can redirect it. Errors come in English. */
export const NATIVE_ENVIRONMENT = { LC_ALL: 'C' }

/** Prints every executable `pg_dump` of PATH, in its order. PATH is the shell's to read: libraries leave `process.env` alone. */
const LIST_PATH = 'IFS=:; for folder in $PATH; do [ -x "$folder/pg_dump" ] && printf "%s\\n" "$folder/pg_dump"; done; :'

/** The usable pg_dump binaries on PATH, in its order; broken ones are passed over. */
export async function* programsOnPath(): AsyncGenerator<NativeProgram, void, undefined> {
  if (platform() === 'win32') return
  const listed = await output('/bin/sh', ['-c', LIST_PATH], {})
  for (const line of listed.split('\n')) {
    if (line === '') continue
    const program = await versionOf(path.resolve(line)).catch(() => undefined)
    if (program) yield program
  }
}

/** The binary at `file`, asked for its version. */
export async function nativeProgram(file: string): Promise<NativeProgram> {
  if (platform() === 'win32') {
    throw unavailable('A native pg_dump cannot be used on Windows, for want of unix-domain sockets in Node', file)
  }
  try {
    return await versionOf(path.resolve(file))
  } catch (cause) {
    throw unavailable(`${file} is not a pg_dump that can be run`, file, cause)
  }
}

async function versionOf(file: string): Promise<NativeProgram> {
  // Debian's pg_dump is a wrapper that picks a version by what it connects to; with a host it picks as it will when dumping.
  const said = await output(file, ['--version', '--host=/'], { env: NATIVE_ENVIRONMENT })
  const version = /\(PostgreSQL\) (\d+(?:\.\d+)?)/.exec(said)?.[1]
  if (version === undefined) throw new Error(`${file} does not say a version of PostgreSQL`)
  return { kind: 'native', path: file, version }
}

async function output(file: string, args: readonly string[], options: SpawnOptions): Promise<string> {
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'ignore'] })
  const failed = new Promise<never>((_, reject) => child.once('error', reject))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [said, code] = await Promise.race([failed, Promise.all([child.stdout ? text(child.stdout) : '', ended])])
  if (code !== 0) throw new Error(`${file} ended with exit code ${code}`)
  return said
}

function unavailable(message: string, file: string, cause?: unknown): PgarkError {
  return new PgarkError('ENGINE.PG_DUMP_UNAVAILABLE', message, {
    hint: 'Give the path of a pg_dump binary, or leave --pg-dump out to use the built-in one.',
    meta: { path: file },
    cause,
  })
}
