import { type ObjectSource, PgarkError, type RestoreRequest, type RunContext } from '@pgark/core'
import { type ArchiveReader, archiveScript, type PlainItem, readPlainDump } from '@pgark/pg-archive'
import type { Server } from '../connection/server.ts'
import { adaptedReader } from './older-server/adapted-archive.ts'
import { adaptedScript } from './older-server/adapted-script.ts'
import { versionsOf } from './older-server/versions.ts'
import { openReader } from './open-reader.ts'
import { isSelective, selectedReader } from './parallel/selected-entries.ts'

export interface ScriptOptions {
  /** What is wanted of an archive; of a plain dump everything comes. */
  readonly definitions: boolean
  readonly data: boolean
  /** Narrows an archive down to what is asked for. */
  readonly select?: (reader: ArchiveReader) => ArchiveReader
  /** The server that is to run them, which may be older than what is said. */
  readonly runBy?: {
    readonly server: Server
    /** Of the server that a plain dump is from, where that is known. */
    readonly sourceVersion: string | undefined
    readonly run: RunContext
  }
  readonly signal: AbortSignal
}

/** What a restore wants. Without an archive nothing can be left out. */
export const wantedOf = (request: Pick<RestoreRequest, 'selection' | 'sections'>) => ({
  definitions: !request.selection.dataOnly,
  data: !request.selection.schemaOnly,
  ...(isSelective(request) && { select: (reader: ArchiveReader) => selectedReader(reader, request) }),
})

/** The statements of a backup in any format, told by its first bytes. An archive becomes the script that pg_restore would make of it. */
export async function* scriptOf(
  source: ObjectSource,
  { definitions, data, select, runBy, signal }: ScriptOptions,
): AsyncGenerator<PlainItem> {
  const reader = await openReader(source, signal)
  if ('readData' in reader) {
    const selected = select ? select(reader) : reader
    const archive = runBy ? adaptedReader(selected, runBy.server, runBy.run) : selected
    yield* readPlainDump(archiveScript(archive, { definitions, data }), { ofArchive: true })
  } else if (select) {
    throw new PgarkError('USAGE.OPTIONS', `${source.location} is a plain dump, which is restored as a whole.`, {
      hint: 'parts of a backup can be restored from archives: back up in another format',
    })
  } else if (runBy)
    yield* adaptedScript(
      readPlainDump(reader),
      versionsOf({ serverVersion: runBy.sourceVersion, pgDumpVersion: undefined }, runBy.server),
      runBy.run,
    )
  else yield* readPlainDump(reader)
}
