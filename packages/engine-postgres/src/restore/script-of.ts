import type { ObjectSource, RestoreRequest, RunContext } from '@pgark/core'
import {
  type ArchiveReader,
  archiveScript,
  type PlainItem,
  readPlainDump,
  withEachLargeObject,
} from '@pgark/pg-archive'
import type { Server } from '../connection/server.ts'
import { Allowance } from './allow/allowance.ts'
import { adaptedReader } from './older-server/adapted-archive.ts'
import { adaptedScript } from './older-server/adapted-script.ts'
import { versionsOf } from './older-server/versions.ts'
import { openReader, requireArchive } from './open-reader.ts'
import { isSelective, selectedReader } from './parallel/selected-entries.ts'

/** What is wanted of an archive; of a plain dump everything comes. */
export interface Wanted {
  readonly definitions: boolean
  readonly data: boolean
  /** Narrows an archive down to what is asked for. */
  readonly select?: (reader: ArchiveReader) => ArchiveReader
}

export interface ScriptOptions extends Wanted {
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
export const wantedOf = (request: Pick<RestoreRequest, 'selection' | 'sections' | 'allow'>): Wanted => ({
  definitions: !request.selection.dataOnly,
  data: !request.selection.schemaOnly,
  ...((isSelective(request) || request.allow) && {
    select(reader: ArchiveReader) {
      new Allowance(request.allow ?? []).requireIn(withEachLargeObject(reader.archive.entries))
      return isSelective(request) ? selectedReader(reader, request) : reader
    },
  }),
})

/** The statements of a backup in any format, told by its first bytes. An archive becomes the script that pg_restore would make of it. */
export async function* scriptOf(
  source: ObjectSource,
  { definitions, data, select, runBy, signal }: ScriptOptions,
): AsyncGenerator<PlainItem> {
  const reader = await openReader(source, signal)
  if (!select && !('readData' in reader)) {
    const items = readPlainDump(reader)
    yield* runBy ? adaptedScript(items, versionsOf(fromScript(runBy), runBy.server), runBy.run) : items
    return
  }
  const archive = await requireArchive(reader, source, signal)
  try {
    const selected = select ? select(archive) : archive
    const adapted = runBy ? adaptedReader(selected, runBy.server, runBy.run) : selected
    yield* readPlainDump(archiveScript(adapted, { definitions, data }), { ofArchive: true })
  } finally {
    // Whoever stops at a definition has not begun with the data.
    await archive.close()
  }
}

const fromScript = ({ sourceVersion }: { sourceVersion: string | undefined }) => ({
  serverVersion: sourceVersion,
  pgDumpVersion: undefined,
})
