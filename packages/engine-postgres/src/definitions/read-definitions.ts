import type { RunContext, Selection } from '@pgark/core'
import { type Archive, readToc } from '@pgark/pg-archive'
import type { Connector } from '../connection/connect.ts'
import type { FileText } from '../plain/file-text.ts'
import { selectionArguments } from '../selection/selection-arguments.ts'
import type { HeldSnapshot } from '../snapshot/held-snapshot.ts'
import { choosePgDump } from './choose.ts'
import { describeProgram } from './describe-program.ts'
import { dumpDefinitions } from './dump-definitions.ts'
import { forItsServer } from './for-its-server.ts'

/** A longer timer fires at once. */
const longestTimerMs = 2_147_483_647

/** The definitions of what is selected, by pg_dump over a connection of its own, at a snapshot. */
export async function readDefinitions(
  connector: Connector,
  { id, server, signal }: Pick<HeldSnapshot, 'id' | 'server' | 'signal'>,
  selection: Selection,
  text: FileText,
  run: RunContext,
): Promise<Archive> {
  const { pgDump, lockTimeoutMs, idleTimeoutMs } = connector.options
  const program = await choosePgDump(pgDump, server.versionNum)
  run.log.debug(`definitions by ${describeProgram(program)}`)
  const client = await connector.connect(signal)
  try {
    const bytes = await dumpDefinitions({
      client,
      program,
      args: selectionArguments(selection),
      snapshot: id,
      lockTimeoutMs,
      encoding: text.encoding,
      // Waiting for a lock is silence too.
      idleTimeoutMs: Math.max(idleTimeoutMs, Math.min(2 * lockTimeoutMs, longestTimerMs)),
      onWarning: (message) =>
        run.onEvent({ type: 'warning', code: 'ENGINE.PG_DUMP_WARNING', message: `pg_dump: ${message}` }),
      signal,
    })
    return forItsServer(readToc(bytes, { decode: text.decode }), server.versionNum)
  } finally {
    await client.end()
  }
}
