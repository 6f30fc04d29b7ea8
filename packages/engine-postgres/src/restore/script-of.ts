import type { ObjectSource, RestoreRequest } from '@pgark/core'
import { archiveScript, type PlainItem, readPlainDump } from '@pgark/pg-archive'
import { openReader } from './open-reader.ts'

export interface ScriptOptions {
  /** What is wanted of an archive; of a plain dump everything comes. */
  readonly definitions: boolean
  readonly data: boolean
  readonly signal: AbortSignal
}

/** What a restore wants. */
export const wantedOf = ({ selection }: Pick<RestoreRequest, 'selection'>) => ({
  definitions: !selection.dataOnly,
  data: !selection.schemaOnly,
})

/** The statements of a backup in any format, told by its first bytes. An archive becomes the script that pg_restore would make of it. */
export async function* scriptOf(
  source: ObjectSource,
  { definitions, data, signal }: ScriptOptions,
): AsyncGenerator<PlainItem> {
  const reader = await openReader(source, signal)
  if ('readData' in reader) yield* readPlainDump(archiveScript(reader, { definitions, data }), { ofArchive: true })
  else yield* readPlainDump(reader)
}
