import { withEachLargeObject } from '../entries/group-of-large-objects.ts'
import { restoreOrder } from '../entries/restore-order.ts'
import { isOfLargeObject } from '../entries/restored-part.ts'
import type { ArchiveReader } from '../reading/archive-reader.ts'
import type { TocEntry } from '../toc/model.ts'
import { dataScript, definitionScript, sessionScript } from './entry-script.ts'
import { PlainSettings } from './entry-sql.ts'
import { completionMarker } from './markers.ts'

export interface ArchiveScriptOptions {
  /** Write `ALTER … OWNER TO`. Default true. */
  readonly owners?: boolean
  /** Definitions, privileges and the planner's statistics, but for those of large objects, which are data. Default true. */
  readonly definitions?: boolean
  /** Rows, values of sequences and large objects. Default true. */
  readonly data?: boolean
}

const statistics = 'STATISTICS DATA'

/**
 * An archive as the plain script that `pg_restore -f -` makes of it, as a stream; large objects by `lo_put`, which needs no
 * transaction around it. Open the archive with `decode: 'latin1'`, so that the script has the bytes of the archive, whatever their
 * encoding. Ends with the marker that `readPlainDump` looks for.
 *
 * @throws {ArchiveError} `UNSAFE.DEFINITION` where psql would take a part of a definition for a command of its own.
 */
export async function* archiveScript(
  reader: ArchiveReader,
  options: ArchiveScriptOptions = {},
): AsyncGenerator<Uint8Array> {
  for await (const { script } of archivePieces(reader, options)) yield* script
  yield Buffer.from(`${completionMarker}\n`)
}

/** What a script says of one entry, or to set up its session. To be read before the next is asked for. */
export interface ArchivePiece {
  readonly entry: TocEntry | undefined
  readonly script: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

/**
 * The same script entry by entry, without its end. Where a session has lost what a piece had set for those after it, say so by
 * `settings.forget()`.
 */
export async function* archivePieces(
  reader: ArchiveReader,
  { owners = true, definitions = true, data = true }: ArchiveScriptOptions = {},
  settings = new PlainSettings(),
): AsyncGenerator<ArchivePiece> {
  const { entries } = reader.archive
  const order = restoreOrder(withEachLargeObject(entries))
  const ifDefined = (of: readonly TocEntry[]) => (definitions ? of : of.filter(isOfLargeObject))
  // Statistics are neither: they describe rows, to a planner that must know their tables.
  const withoutContents = order.data.filter(({ hadDumper, description }) => !hadDumper && description !== statistics)
  const isBefore = ({ description }: TocEntry) => description !== 'SEQUENCE SET'
  try {
    yield { entry: undefined, script: sessionScript(entries) }
    yield* sqlOf([...ifDefined(order.preData), ...(data ? withoutContents.filter(isBefore) : [])])
    for await (const item of reader.readData(data ? undefined : () => false))
      yield { entry: item.entry, script: dataScript(item, owners) }
    const isWhole = definitions && data
    yield* sqlOf([
      ...(data ? withoutContents.filter((entry) => !isBefore(entry)) : []),
      ...(isWhole ? order.data.filter(({ description }) => description === statistics) : []),
      ...ifDefined(order.postData),
      ...ifDefined(order.privileges),
      ...(data ? order.refreshes.filter(({ description }) => isWhole || description !== statistics) : []),
      ...ifDefined(order.eventTriggers),
    ])
  } finally {
    await reader.close()
  }

  function* sqlOf(of: readonly TocEntry[]): Generator<ArchivePiece> {
    for (const entry of of) yield { entry, script: [definitionScript(entry, settings, owners)] }
  }
}
