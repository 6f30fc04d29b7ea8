import { ArchiveError } from '../archive-error.ts'
import type { ArchiveReader } from '../reading/archive-reader.ts'
import { type EntryData, hasData, largeObjects } from '../reading/entry-data.ts'
import type { Archive, TocEntry } from '../toc/model.ts'
import { isOfLargeObject, type PlainItem, readPlainDump } from './read-plain.ts'

const endOfRows = Buffer.from('\\.\n\n\n')
const endOfStatement = Buffer.from('\n')

/**
 * A plain dump as the archive that it was made of, whose table of contents must be known. It is read once, from its beginning to its
 * end. Definitions are those of the table of contents; of the script come rows, in the order of the entries, and all that is said of
 * large objects, as the data of one entry.
 *
 * @throws {ArchiveError} `ARCHIVE.CORRUPT` while reading where other rows stand in the script than the table of contents says, and
 * what {@link readPlainDump} throws.
 */
export function openPlain(script: AsyncIterable<Uint8Array>, archive: Archive): ArchiveReader {
  let reading: AsyncGenerator<PlainItem> | undefined

  async function* readData(isWanted: (entry: TocEntry) => boolean = () => true): AsyncGenerator<EntryData> {
    const stored = archive.entries.filter(hasData)
    const objects = stored.find(({ description }) => description === largeObjects)
    const tables = stored.filter((entry) => entry !== objects)
    const items = readPlainDump(script)
    reading = items
    let next = await items.next()
    /** Of those that follow each other. */
    async function* statements() {
      while (!next.done && isOfLargeObject(next.value)) {
        yield next.value.sql
        yield endOfStatement
        next = await items.next()
      }
    }
    while (!next.done) {
      const item = next.value
      if (objects && isOfLargeObject(item)) {
        if (isWanted(objects)) yield { entry: objects, kind: 'table', content: statements() }
        // What was not read is passed over.
        for await (const _ of statements());
        continue
      }
      if (item.copy) {
        const entry = tables.shift()
        if (!entry || !isOf(item, entry)) throw otherRows(item)
        if (isWanted(entry)) yield { entry, kind: 'table', content: rows(item.copy) }
      }
      next = await items.next()
    }
    const [missing] = tables
    if (missing) throw noRows(missing)
  }
  return {
    format: 'plain',
    archive,
    readData,
    // What was not begun must be closed itself.
    close: async () => void (await (reading ?? script[Symbol.asyncIterator]()).return?.(undefined)),
  }
}

async function* rows(copy: AsyncIterable<Uint8Array>) {
  yield* copy
  yield endOfRows
}

const isOf = ({ sql }: PlainItem, { copyStatement = '' }: TocEntry) =>
  Buffer.from(sql).toString('latin1') === copyStatement.trimEnd()

const otherRows = ({ place, line }: PlainItem) =>
  new ArchiveError('ARCHIVE.CORRUPT', `${place()}: other rows stand here than the table of contents says.`, {
    hint: 'the script was changed after the backup; use another copy',
    meta: { line },
  })

const noRows = ({ schema, tag }: TocEntry) =>
  new ArchiveError('ARCHIVE.CORRUPT', `The dump has no rows of ${schema}.${tag}, which its table of contents names.`, {
    hint: 'the script was changed after the backup; use another copy',
  })
