import {
  completionMarker,
  dataScript,
  type EntryData,
  entryComment,
  type PlainItem,
  readPlainDump,
  type TocEntry,
} from '@pgark/pg-archive'
import { endOfRows, withoutEndOfRows } from '../archive/end-of-rows.ts'

type Script = Iterable<Uint8Array> | AsyncIterable<Uint8Array>

/** The statements of a part of the script of an archive in that encoding; what must be set before an entry counts as its own. */
export function entryItems(script: Script, entry: TocEntry | undefined, encoding: string): AsyncGenerator<PlainItem> {
  return readPlainDump(complete(script, entry), { ofArchive: true, encoding })
}

/**
 * The statements that load an entry's data. Of rows whose number is known it is the server that counts them: they go there as they
 * are stored, which takes half of the work of looking for the end of each.
 */
export async function* dataItems(
  item: EntryData,
  knownRows: number | undefined,
  encoding: string,
): AsyncGenerator<PlainItem> {
  const { entry } = item
  if (item.kind !== 'table' || entry.copyStatement === undefined || knownRows === undefined) {
    yield* entryItems(dataScript(item), entry, encoding)
    return
  }
  const rows = withoutEndOfRows(item.content)
  const copy = { rows: knownRows, [Symbol.asyncIterator]: () => rows }
  for await (const each of entryItems(dataScript({ ...item, content: nothing() }), entry, encoding))
    yield each.copy ? { ...each, copy } : each
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  yield endOfRows
}

async function* complete(script: Script, entry: TocEntry | undefined): AsyncGenerator<Uint8Array> {
  if (entry) yield Buffer.from(entryComment(entry), 'latin1')
  yield* script
  yield Buffer.from(`${completionMarker}\n`)
}
