import type { StringDecoding } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { ALGORITHMS, FORMATS, K_OFFSET, MAGIC, SECTIONS } from './codes.ts'
import { EntryIds } from './entry-ids.ts'
import type { Archive, ArchiveHeader, TocEntry } from './model.ts'
import { tocLimitBytes } from './toc-limit.ts'

export interface WriteTocOptions {
  /** How strings become bytes; as they were decoded. Default `utf8`. */
  readonly encode?: StringDecoding
  /** The longest table of contents that is written, in bytes. Default 512 MiB, which is also what is read. */
  readonly maxBytes?: number
}

/**
 * The header and the table of contents of an archive, in the archive version that its header names: what `readToc` read comes out
 * byte for byte.
 *
 * @throws {ArchiveError} `REFUSED.TOC_SIZE` where `maxBytes` do not suffice, `ARCHIVE.CYCLE` for entries that depend on each other in
 * a circle: `readToc` would refuse them.
 */
export function writeToc(
  { header, entries }: Pick<Archive, 'header' | 'entries'>,
  { encode = 'utf8', maxBytes = tocLimitBytes }: WriteTocOptions = {},
): Buffer {
  const writer = new ByteWriter(header.intSize, encode, maxBytes)
  writeHeader(writer, header)
  writer.int(entries.length)
  const ids = new EntryIds()
  for (const entry of entries) {
    if (!ids.add(entry)) throw new RangeError(`Two entries have the dump id ${entry.dumpId}.`)
    writeEntry(writer, entry, header)
  }
  ids.checkCircles(entries)
  return writer.bytes()
}

function writeHeader(writer: ByteWriter, header: ArchiveHeader): void {
  const { version, created, compression } = header
  writer.text(MAGIC)
  for (const byte of [version.major, version.minor, version.revision, header.intSize, header.offsetSize]) {
    writer.byte(byte)
  }
  writer.byte(FORMATS[header.format])
  if (version.minor >= 15) writer.byte(ALGORITHMS.indexOf(compression.algorithm))
  else writer.int(compression.algorithm === 'none' ? 0 : (compression.level ?? -1))
  const { second, minute, hour, day, month, year, isDst } = created
  for (const value of [second, minute, hour, day, month, year, isDst]) writer.int(value)
  for (const text of [header.database, header.serverVersion, header.pgDumpVersion]) writer.string(text)
}

function writeEntry(writer: ByteWriter, entry: TocEntry, header: ArchiveHeader): void {
  const { minor } = header.version
  writer.int(entry.dumpId)
  writer.int(entry.data.kind === 'none' ? 0 : 1)
  writer.string(String(entry.catalogId.tableOid))
  writer.string(String(entry.catalogId.oid))
  writer.string(entry.tag)
  writer.string(entry.description)
  writer.int(SECTIONS.indexOf(entry.section) + 1)
  for (const text of [entry.definition, entry.dropStatement, entry.copyStatement]) writer.string(text)
  writer.string(entry.schema)
  writer.string(entry.tablespace)
  if (minor >= 14) writer.string(entry.tableAccessMethod)
  if (minor >= 16) writer.int(entry.relkind?.charCodeAt(0) ?? 0)
  writer.string(entry.owner)
  writer.string(entry.withOids)
  for (const id of entry.dependencies) writer.string(String(id))
  writer.string(undefined)
  if (header.format === 'custom') {
    const { state, offset } = blockPlace(entry)
    writer.byte(state)
    writer.fileOffset(offset, header.offsetSize)
  } else {
    writer.string(entry.data.kind === 'file' ? entry.data.name : '')
  }
}

function blockPlace({ data }: TocEntry): { state: number; offset: bigint } {
  if (data.kind !== 'block') return { state: K_OFFSET.noData, offset: 0n }
  return data.offset === undefined
    ? { state: K_OFFSET.notSet, offset: 0n }
    : { state: K_OFFSET.set, offset: data.offset }
}
