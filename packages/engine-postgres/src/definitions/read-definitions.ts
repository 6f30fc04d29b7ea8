import type { RunContext, Selection } from '@pgark/core'
import { type Archive, readToc } from '@pgark/pg-archive'
import type pg from 'pg'
import type { FileText } from '../backup/file-text.ts'
import type { Connector } from '../connection/connect.ts'
import { selectionArguments } from '../selection/selection-arguments.ts'
import type { HeldSnapshot } from '../snapshot/held-snapshot.ts'
import { choosePgDump } from './choose.ts'
import { describeProgram } from './describe-program.ts'
import { dumpDefinitions } from './dump-definitions.ts'
import { forItsServer } from './for-its-server.ts'
import { requireUnchanged } from './require-unchanged.ts'
import { watchLockWait } from './watch-lock-wait.ts'

/** A longer timer fires at once. */
const longestTimerMs = 2_147_483_647
/** Leaves pg_dump's transaction, and the encoding of the archive: not every name need be in it. */
const afterPgDumpSql = 'ROLLBACK; RESET client_encoding'

/**
 * The definitions of what is selected, by pg_dump over a connection of its own, at a snapshot. Throws `ENGINE.DEFINITIONS_CHANGED`
 * where they may not be those of the snapshot.
 */
export async function readDefinitions(
  connector: Connector,
  snapshot: Pick<HeldSnapshot, 'id' | 'server' | 'signal'> & { readonly client: pg.ClientBase },
  selection: Selection,
  text: Pick<FileText, 'encoding' | 'decode'>,
  run: RunContext,
): Promise<Archive> {
  const { pgDump, lockTimeoutMs, idleTimeoutMs, allowPooler } = connector.options
  const { server } = snapshot
  const program = await choosePgDump(pgDump, server.versionNum)
  run.log.debug(`definitions by ${describeProgram(program)}`)
  const waitedTooLong = new AbortController()
  const signal = AbortSignal.any([snapshot.signal, waitedTooLong.signal])
  const client = await connector.connect(signal)
  const stopWatching = watchLockWait(snapshot.client, client, lockTimeoutMs, (error) => waitedTooLong.abort(error))
  try {
    const bytes = await dumpDefinitions({
      client,
      program,
      args: selectionArguments(selection),
      snapshot: snapshot.id,
      isPooled: allowPooler,
      // The watch comes first, and knows more; where it sees nothing, behind a pooler, these end the wait.
      lockTimeoutMs: Math.min(2 * lockTimeoutMs, longestTimerMs),
      encoding: text.encoding,
      // Waiting for a lock is silence too.
      idleTimeoutMs: Math.max(idleTimeoutMs, Math.min(3 * lockTimeoutMs, longestTimerMs)),
      onWarning: (message) =>
        run.onEvent({ type: 'warning', code: 'ENGINE.PG_DUMP_WARNING', message: `pg_dump: ${message}` }),
      signal,
    })
    const archive = readToc(bytes, { decode: text.decode })
    // Behind a pooler the session must not be handed on with what pg_dump has set, nor another one be needed besides.
    if (allowPooler) await client.end()
    else await client.query(afterPgDumpSql)
    const now = allowPooler ? await connector.connect(signal) : client
    try {
      await requireUnchanged(archive, snapshot.client, now, lockTimeoutMs)
    } finally {
      if (now !== client) await now.end()
    }
    return forItsServer(archive, server.versionNum)
  } finally {
    stopWatching()
    await client.end()
  }
}
