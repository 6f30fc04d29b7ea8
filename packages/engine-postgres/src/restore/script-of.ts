import type { ObjectSource, RestoreRequest } from '@pgark/core'
import {
  type ArchiveReader,
  archiveScript,
  decompress,
  detectFormat,
  formatBytes,
  openCustom,
  openDirectory,
  openTar,
  type PlainItem,
  peek,
  readPlainDump,
} from '@pgark/pg-archive'

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

/** The archive's strings are one character per byte, so that text in any encoding reaches the server untouched. */
const decoding = { decode: 'latin1' } as const

/** The statements of a backup in any format, told by its first bytes. An archive becomes the script that pg_restore would make of it. */
export async function* scriptOf(
  source: ObjectSource,
  { definitions, data, signal }: ScriptOptions,
): AsyncGenerator<PlainItem> {
  const reader = await openReader(source, signal)
  if ('readData' in reader) yield* readPlainDump(archiveScript(reader, { definitions, data }), { ofArchive: true })
  else yield* readPlainDump(reader)
}

/** The archive, or the text of a plain dump. */
export async function openReader(
  source: ObjectSource,
  signal: AbortSignal,
): Promise<ArchiveReader | AsyncIterable<Uint8Array>> {
  const name = source.objectName
  if (name === 'toc.dat') {
    const folder = {
      read: (file: string) => source.read(file, { signal }),
      has: (file: string) => source.has(file, { signal }),
    }
    return await openDirectory(folder, decoding)
  }
  const stored = await peek(source.read(name, { signal }), formatBytes)
  const format = detectFormat(stored.start)
  // What has a hash is read to its end, or it would not be checked.
  if (format !== 'plain' && source.canSeek && !source.manifest) {
    await stored.body.return()
    return await openers[format](
      { read: (start) => source.read(name, { signal, range: { start } }), canSeek: true },
      decoding,
    )
  }
  const { start, body } = await peek(decompress(stored.body), formatBytes)
  const inside = detectFormat(start)
  return inside === 'plain' ? body : await openers[inside]({ read: () => body, canSeek: false }, decoding)
}

const openers = { custom: openCustom, tar: openTar }
