import { type ObjectSource, PgarkError, type RestoreRequest } from '@pgark/core'
import { type ArchiveReader, archiveScript, type PlainItem, readPlainDump } from '@pgark/pg-archive'
import { openReader } from './open-reader.ts'
import { isSelective, selectedReader } from './parallel/selected-entries.ts'

export interface ScriptOptions {
  /** What is wanted of an archive; of a plain dump everything comes. */
  readonly definitions: boolean
  readonly data: boolean
  /** Narrows an archive down to what is asked for. */
  readonly select?: (reader: ArchiveReader) => ArchiveReader
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
  { definitions, data, select, signal }: ScriptOptions,
): AsyncGenerator<PlainItem> {
  const reader = await openReader(source, signal)
  if ('readData' in reader) {
    try {
      const archive = select ? select(reader) : reader
      yield* readPlainDump(archiveScript(archive, { definitions, data }), { ofArchive: true })
    } finally {
      // Whoever stops at a definition has not begun with the data.
      await reader.close()
    }
  } else if (select) {
    throw new PgarkError('USAGE.OPTIONS', `${source.location} is a plain dump, which is restored as a whole.`, {
      hint: 'parts of a backup can be restored from archives: back up in another format',
    })
  } else yield* readPlainDump(reader)
}
