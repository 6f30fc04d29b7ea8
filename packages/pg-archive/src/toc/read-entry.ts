import type { ByteReader } from './byte-reader.ts'
import { K_OFFSET, SECTIONS } from './codes.ts'
import type { ArchiveHeader, DataLocation, Section, TocEntry } from './model.ts'

const HIGHEST_OID = 0xffff_ffff
// Shared by entries, of which there may be millions.
const none: readonly number[] = []
const noData: DataLocation = { kind: 'none' }

/** Reads one entry; `ReadToc` of pg_backup_archiver.c has the order of fields and the versions that added some. */
export function readEntry(reader: ByteReader, header: ArchiveHeader): TocEntry {
  const { minor } = header.version
  const dumpId = positive(reader, 'dump id')
  const hadDumperAt = reader.offset
  const hadDumper = reader.int('whether it has data')
  const entry: TocEntry = {
    dumpId,
    hadDumper: hadDumper === 1,
    catalogId: { tableOid: oid(reader, 'catalogue'), oid: oid(reader, 'oid') },
    tag: reader.string('tag'),
    description: reader.string('description'),
    section: section(reader),
    definition: reader.string('definition'),
    dropStatement: reader.string('drop statement'),
    copyStatement: reader.string('copy statement'),
    schema: reader.string('schema'),
    tablespace: reader.string('tablespace'),
    tableAccessMethod: minor >= 14 ? reader.string('table access method') : undefined,
    relkind: minor >= 16 ? relkind(reader) : undefined,
    owner: reader.string('owner'),
    withOids: reader.string('oids'),
    dependencies: dependencies(reader),
    data: header.format === 'custom' ? block(reader, header.offsetSize) : file(reader),
  }
  // It is said twice, so that data cannot go without notice.
  if (hadDumper !== (entry.data.kind === 'none' ? 0 : 1)) throw reader.corrupt('whether it has data', hadDumperAt)
  return entry
}

/** The fewest bytes that an entry can take: its integers and strings, each of which is at least an integer, without contents. */
export function smallestEntry(header: ArchiveHeader): number {
  const { minor } = header.version
  const integers = 15 + (minor >= 14 ? 1 : 0) + (minor >= 16 ? 1 : 0)
  const data = header.format === 'custom' ? 1 + header.offsetSize : 1 + header.intSize
  return integers * (1 + header.intSize) + data
}

function positive(reader: ByteReader, what: string): number {
  const start = reader.offset
  const value = reader.int(what)
  if (value <= 0) throw reader.corrupt(what, start)
  return value
}

function oid(reader: ByteReader, what: string): number {
  const start = reader.offset
  const value = decimal(reader.string(what))
  if (value === undefined || value > HIGHEST_OID) throw reader.corrupt(what, start)
  return value
}

function decimal(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined
}

function section(reader: ByteReader): Section {
  const start = reader.offset
  const found = SECTIONS[reader.int('section') - 1]
  if (found === undefined) throw reader.corrupt('section', start)
  return found
}

function relkind(reader: ByteReader): string | undefined {
  const start = reader.offset
  const code = reader.int('relkind')
  if (code < 0 || code > 127) throw reader.corrupt('relkind', start)
  return code === 0 ? undefined : String.fromCharCode(code)
}

/** Dump ids, written as decimal strings and ended by a NULL one. */
function dependencies(reader: ByteReader): readonly number[] {
  const found: number[] = []
  for (;;) {
    const start = reader.offset
    const text = reader.string('dependencies')
    if (text === undefined) return found.length === 0 ? none : found
    const id = decimal(text)
    if (id === undefined || id === 0) throw reader.corrupt('dependencies', start)
    found.push(id)
  }
}

function block(reader: ByteReader, offsetSize: number): DataLocation {
  const start = reader.offset
  const state = reader.byte('place of its data')
  const offset = reader.fileOffset(offsetSize, 'place of its data')
  if (state === K_OFFSET.set) return { kind: 'block', offset }
  if (state === K_OFFSET.notSet) return { kind: 'block', offset: undefined }
  if (state === K_OFFSET.noData) return noData
  throw reader.corrupt('place of its data', start)
}

/** pg_dump writes an empty name, not NULL, for an entry without data. */
function file(reader: ByteReader): DataLocation {
  const name = reader.string('file of its data')
  return name === undefined || name === '' ? noData : { kind: 'file', name }
}
