import { quoteLiteral } from '@pgark/pg-sql'
import type pg from 'pg'
import { databaseError } from '../connection/database-error.ts'
import { timeoutsOff } from '../connection/timeouts.ts'
import { pgDumpArguments } from './args.ts'
import { runNative } from './native.ts'
import { pgDumpWarnings } from './pg-dump-error.ts'
import type { PgDumpProgram } from './program.ts'
import { readSession } from './session.ts'
import { openTunnel } from './tunnel.ts'
import { runWasm } from './wasm.ts'

export interface DumpDefinitionsOptions {
  /**
   * A connected, authenticated client outside any transaction, exclusively ours until the promise settles. The caller ends it: the
   * session's settings are changed, and after a success it is still in pg_dump's transaction, with its locks. After a failure the
   * socket is closed.
   */
  readonly client: pg.Client
  /** From `choosePgDump`. */
  readonly program: PgDumpProgram
  /** Flags of pg_dump that select or shape, such as `['--schema', 'app']`; passed through. */
  readonly args: readonly string[]
  /** Name of an exported snapshot. */
  readonly snapshot: string
  /** Longest wait for a lock, in milliseconds. */
  readonly lockTimeoutMs: number
  /** Encoding of the definitions; default: the database's, as with stock pg_dump. */
  readonly encoding?: string
  /**
   * Longest silence of the server, in milliseconds, while an answer is awaited. Make it longer than `lockTimeoutMs`: waiting for a
   * lock is silence too.
   */
  readonly idleTimeoutMs: number
  /** Behind a pooler in transaction mode: everything in one transaction, so that it is one session that pg_dump talks to. */
  readonly isPooled?: boolean
  /** Told what pg_dump warned of when it has succeeded. */
  readonly onWarning: (message: string) => void
  /** Stops pg_dump; the promise rejects with the signal's reason. */
  readonly signal: AbortSignal
}

/**
 * Runs `pg_dump --schema-only --format=custom` over an open connection and resolves with the bytes of the archive, uncompressed.
 *
 * When the promise settles, pg_dump has ended: its thread or process is gone.
 *
 * @throws PgarkError `ENGINE.PG_DUMP` with pg_dump's own error line, `ENGINE.PG_DUMP_UNAVAILABLE`, `ENGINE.CONNECTION_LOST`,
 * `ENGINE.TIMEOUT`; the signal's reason when it aborts.
 */
export async function dumpDefinitions(options: DumpDefinitionsOptions): Promise<Uint8Array> {
  const { client, program, signal, onWarning } = options
  signal.throwIfAborted()
  await client.query(sessionSql(options)).catch((error) => {
    throw databaseError(error, 'ENGINE.PG_DUMP', 'Cannot set up the session of pg_dump')
  })
  const tunnel = openTunnel(client, options)
  try {
    const session = await readSession(tunnel)
    const run = {
      args: pgDumpArguments({ ...options, ...(options.isPooled && { snapshot: undefined }) }, session),
      parameters: session.parameters,
      user: client.user ?? 'postgres',
      tunnel,
      signal,
    }
    const archive = await (program.kind === 'wasm' ? runWasm({ ...run, program }) : runNative({ ...run, program }))
    tunnel.release()
    for (const warning of pgDumpWarnings(archive.stderr)) onWarning(warning)
    return archive.bytes
  } catch (error) {
    await tunnel.destroy()
    throw error
  }
}

/**
 * pg_dump and the server write literals by `standard_conforming_strings`, which role or database may have turned off; the script
 * turns it on.
 *
 * What pg_dump sets before its BEGIN it sets for the session. Behind a pooler that session would be handed on to other clients, with
 * an empty search_path, and pg_dump get another one. So the transaction is begun here, with the snapshot, which cannot be imported
 * once questions have been asked; pg_dump's own BEGIN is then only warned of. It never commits: a pooler closes what is left in
 * mid-transaction.
 */
function sessionSql({ isPooled = false, snapshot }: DumpDefinitionsOptions): string {
  // Literals are written by these settings, money's by the second, which pg_dump leaves as role or database have them. The script
  // sets them to the same.
  // pg_dump switches off its own timeouts itself, but not before it has started, nor that of a session which is idle until then.
  if (!isPooled) return `SET standard_conforming_strings = on; SET lc_monetary = 'C'; ${timeoutsOff('session')}`
  return (
    `BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET TRANSACTION SNAPSHOT ${quoteLiteral(snapshot)}; ` +
    `${timeoutsOff('transaction')}; SET LOCAL standard_conforming_strings = on; SET LOCAL lc_monetary = 'C'; SET LOCAL client_min_messages = error`
  )
}
