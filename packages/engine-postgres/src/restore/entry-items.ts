import { completionMarker, entryComment, type PlainItem, readPlainDump, type TocEntry } from '@pgark/pg-archive'

type Script = Iterable<Uint8Array> | AsyncIterable<Uint8Array>

/** The statements of a part of an archive's script; what must be set before an entry counts as its own. */
export function entryItems(script: Script, entry: TocEntry | undefined): AsyncGenerator<PlainItem> {
  return readPlainDump(complete(script, entry), { ofArchive: true })
}

async function* complete(script: Script, entry: TocEntry | undefined): AsyncGenerator<Uint8Array> {
  if (entry) yield Buffer.from(entryComment(entry), 'latin1')
  yield* script
  yield Buffer.from(`${completionMarker}\n`)
}
