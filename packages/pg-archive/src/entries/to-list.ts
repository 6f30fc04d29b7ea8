import type { ArchiveReader } from '../reading/archive-reader.ts'
import type { Archive, CreationTime, TocEntry } from '../toc/model.ts'
import { isOfDatabase, restoredPart } from './restored-part.ts'

export interface ToListOptions {
  /** How the archive is stored. Default: as its header says, which does not tell a tar file from a directory. */
  readonly format?: ArchiveReader['format']
}

/**
 * The archive's table of contents as `pg_restore --list` of PostgreSQL 16 to 18 prints it, to be read, edited and given to
 * `fromList` or `pg_restore --use-list`. Listed are the entries that a restore runs.
 *
 * One thing differs: behind the time there is no time zone. The archive has none; pg_restore names that of the machine it runs on.
 */
export function toList(archive: Archive, { format = archive.header.format }: ToListOptions = {}): string {
  const { header, entries } = archive
  const { version } = header
  const lines = [
    ';',
    `; Archive created at ${formatTime(header.created)}`,
    `;     dbname: ${withoutLineEnds(header.database)}`,
    `;     TOC Entries: ${entries.length}`,
    `;     Compression: ${header.compression.algorithm}`,
    `;     Dump Version: ${version.major}.${version.minor}-${version.revision}`,
    `;     Format: ${format.toUpperCase()}`,
    `;     Integer: ${header.intSize} bytes`,
    `;     Offset: ${header.offsetSize} bytes`,
  ]
  if (header.serverVersion !== undefined) {
    lines.push(`;     Dumped from database version: ${withoutLineEnds(header.serverVersion)}`)
  }
  if (header.pgDumpVersion !== undefined) {
    lines.push(`;     Dumped by pg_dump version: ${withoutLineEnds(header.pgDumpVersion)}`)
  }
  lines.push(';', ';', '; Selected TOC Entries:', ';')
  for (const entry of entries) if (isListed(entry)) lines.push(line(entry))
  return `${lines.join('\n')}\n`
}

/** Whether a list has a line for this entry. */
export const isListed = (entry: TocEntry) => restoredPart(entry) !== undefined && !isOfDatabase(entry)

function line({ dumpId, catalogId, description, schema, tag, owner }: TocEntry): string {
  const names = [description, schema ?? '-', tag, owner].map(withoutLineEnds).join(' ')
  return `${dumpId}; ${catalogId.tableOid} ${catalogId.oid} ${names}`
}

/** A name may hold line ends, and an entry is one line. */
const withoutLineEnds = (text = '') => text.replace(/[\r\n]/g, ' ')

function formatTime({ year, month, day, hour, minute, second }: CreationTime): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${1900 + year}-${two(month + 1)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`
}
