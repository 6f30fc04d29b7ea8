import type { ByteReader } from './byte-reader.ts'
import { ALGORITHMS, FORMATS, MAGIC } from './codes.ts'
import type { ArchiveHeader, Compression } from './model.ts'

const OLDEST_MINOR = 12
const NEWEST_MINOR = 16

/** Reads what stands before the table of contents and leaves the reader at the number of entries. */
export function readHeader(reader: ByteReader): ArchiveHeader {
  if (!reader.pass(MAGIC)) {
    const isCut = reader.remaining < MAGIC.length
    throw reader.error(
      isCut ? 'ARCHIVE.TRUNCATED' : 'ARCHIVE.BAD_MAGIC',
      `does not begin with "${MAGIC}"`,
      0,
      'Give a file that pg_dump wrote with --format=custom, or the toc.dat of a directory.',
    )
  }
  const version = readVersion(reader)
  const intSize = sizeByte(reader, 'size of integers')
  reader.intSize = intSize
  const offsetSize = sizeByte(reader, 'size of offsets')
  const formatAt = reader.offset
  const code = reader.byte('format')
  const format = (['custom', 'directory'] as const).find((name) => FORMATS[name] === code)
  if (format === undefined) {
    throw reader.error('ARCHIVE.UNSUPPORTED_VERSION', 'is of a format that cannot be read', formatAt)
  }
  return {
    version,
    intSize,
    offsetSize,
    format,
    compression: readCompression(reader, version.minor),
    created: {
      second: reader.int('creation time'),
      minute: reader.int('creation time'),
      hour: reader.int('creation time'),
      day: reader.int('creation time'),
      month: reader.int('creation time'),
      year: reader.int('creation time'),
      isDst: reader.int('creation time'),
    },
    database: reader.string('name of the database'),
    serverVersion: reader.string('version of the server'),
    pgDumpVersion: reader.string('version of pg_dump'),
  }
}

function readVersion(reader: ByteReader): ArchiveHeader['version'] {
  const start = reader.offset
  const major = reader.byte('version')
  const minor = reader.byte('version')
  const revision = reader.byte('version')
  if (major !== 1 || minor < OLDEST_MINOR || minor > NEWEST_MINOR) {
    throw reader.error(
      'ARCHIVE.UNSUPPORTED_VERSION',
      `is of version ${major}.${minor}; versions 1.${OLDEST_MINOR} to 1.${NEWEST_MINOR} can be read`,
      start,
      minor > NEWEST_MINOR ? 'Update @pgark/pg-archive.' : 'Dump again with pg_dump 9.0 or newer.',
    )
  }
  return { major, minor, revision }
}

function sizeByte(reader: ByteReader, what: string): number {
  const start = reader.offset
  const size = reader.byte(what)
  if (size < 1 || size > 8) throw reader.corrupt(what, start)
  return size
}

function readCompression(reader: ByteReader, minor: number): Compression {
  const start = reader.offset
  if (minor >= 15) {
    const algorithm = ALGORITHMS[reader.byte('compression')]
    if (algorithm === undefined) throw reader.corrupt('compression', start)
    return { algorithm, level: undefined }
  }
  // -1 is zlib's default level, which older versions write as it was asked for.
  const level = reader.int('compression')
  if (level < -1 || level > 9) throw reader.corrupt('compression', start)
  return { algorithm: level === 0 ? 'none' : 'gzip', level }
}
