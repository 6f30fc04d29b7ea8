import type { ObjectSource, RestoreRequest } from '@pgark/core'
import {
  type ArchiveReader,
  archiveScript,
  type PlainItem,
  readPlainDump,
  withEachLargeObject,
} from '@pgark/pg-archive'
import { Allowance } from './allow/allowance.ts'
import { archiveOnly, openReader } from './open-reader.ts'
import { isSelective, selectedReader } from './parallel/selected-entries.ts'

/** What is wanted of an archive; of a plain dump everything comes. */
export interface Wanted {
  readonly definitions: boolean
  readonly data: boolean
  /** Narrows an archive down to what is asked for. */
  readonly select?: (reader: ArchiveReader) => ArchiveReader
}

export interface ScriptOptions extends Wanted {
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
  { definitions, data, select, signal }: ScriptOptions,
): AsyncGenerator<PlainItem> {
  const reader = await openReader(source, signal)
  if (!select && !('readData' in reader)) {
    yield* readPlainDump(reader)
    return
  }
  const archive = await archiveOnly(reader, source)
  try {
    const script = archiveScript(select ? select(archive) : archive, { definitions, data })
    yield* readPlainDump(script, { ofArchive: true })
  } finally {
    // Whoever stops at a definition has not begun with the data.
    await archive.close()
  }
}
