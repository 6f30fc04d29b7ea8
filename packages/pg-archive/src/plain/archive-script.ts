import { withEachLargeObject } from '../entries/group-of-large-objects.ts'
import { restoreOrder } from '../entries/restore-order.ts'
import { isOfLargeObject, setsUpSession } from '../entries/restored-part.ts'
import type { ArchiveReader } from '../reading/archive-reader.ts'
import type { EntryData, LargeObjectData } from '../reading/entry-data.ts'
import type { TocEntry } from '../toc/model.ts'
import { checkDefinition } from './check-definition.ts'
import { entryComment, entrySql, PlainSettings } from './entry-sql.ts'
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
/** Bytes of a large object in one statement. */
const pieceBytes = 128 * 1024
const session = `SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
`

/**
 * An archive as the plain script that `pg_restore -f -` makes of it, as a stream; large objects by `lo_put`, which needs no
 * transaction around it. Open the archive with `decode: 'latin1'`, so that the script has the bytes of the archive, whatever their
 * encoding. Ends with the marker that `readPlainDump` looks for.
 *
 * @throws {ArchiveError} `UNSAFE.DEFINITION` where psql would take a part of a definition for a command of its own.
 */
export async function* archiveScript(
  reader: ArchiveReader,
  { owners = true, definitions = true, data = true }: ArchiveScriptOptions = {},
): AsyncGenerator<Uint8Array> {
  const { entries } = reader.archive
  const order = restoreOrder(withEachLargeObject(entries))
  const settings = new PlainSettings()
  const ifDefined = (of: readonly TocEntry[]) => (definitions ? of : of.filter(isOfLargeObject))
  // Statistics are neither: they describe rows, to a planner that must know their tables.
  const withoutContents = order.data.filter(({ hadDumper, description }) => !hadDumper && description !== statistics)
  const isBefore = ({ description }: TocEntry) => description !== 'SEQUENCE SET'
  try {
    yield Buffer.from(session)
    for (const entry of entries.filter(setsUpSession)) yield bytesOf(entry.definition ?? '')
    yield Buffer.from('\n')
    yield* sqlOf([...ifDefined(order.preData), ...(data ? withoutContents.filter(isBefore) : [])])
    for await (const item of reader.readData(data ? undefined : () => false)) {
      yield bytesOf(entryComment(item.entry, owners))
      yield* contents(item)
    }
    const isWhole = definitions && data
    yield* sqlOf([
      ...(data ? withoutContents.filter((entry) => !isBefore(entry)) : []),
      ...(isWhole ? order.data.filter(({ description }) => description === statistics) : []),
      ...ifDefined(order.postData),
      ...ifDefined(order.privileges),
      ...(data ? order.refreshes.filter(({ description }) => isWhole || description !== statistics) : []),
      ...ifDefined(order.eventTriggers),
    ])
    yield Buffer.from(`${completionMarker}\n`)
  } finally {
    await reader.close()
  }

  function* sqlOf(of: readonly TocEntry[]): Generator<Uint8Array> {
    for (const entry of of) {
      const sql = settings.before(entry) + entrySql(entry, { owners })
      checkDefinition(sql, [entry.description, entry.schema, entry.tag].filter(Boolean).join(' '))
      yield bytesOf(sql)
    }
  }
}

async function* contents(item: EntryData): AsyncGenerator<Uint8Array> {
  if (item.kind === 'large-objects') {
    yield* largeObjects(item)
    return
  }
  // Without it the data are INSERT statements.
  if (item.entry.copyStatement) yield bytesOf(item.entry.copyStatement)
  yield* item.content
  yield Buffer.from('\n')
}

async function* largeObjects({ objects }: LargeObjectData): AsyncGenerator<Uint8Array> {
  for await (const { oid, content } of objects) {
    let offset = 0
    for await (const part of content) {
      for (let at = 0; at < part.byteLength; at += pieceBytes) {
        const piece = Buffer.from(part.subarray(at, at + pieceBytes))
        yield Buffer.from(`SELECT pg_catalog.lo_put('${oid}', ${offset}, '\\x${piece.toString('hex')}');\n`)
        offset += piece.length
      }
    }
  }
  yield Buffer.from('\n')
}

const bytesOf = (text: string) => Buffer.from(text, 'latin1')
