import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { BackupRequest } from '@pgark/core'
import { type Archive, readToc, type TocEntry, writeToc } from '@pgark/pg-archive'
import type { FileText } from '../backup/file-text.ts'

/** What a table of contents may have at most, as anywhere. */
const maxOutputLength = 512 * 1024 * 1024

/** What a script was made of, for its manifest. */
export async function packTableOfContents(
  { header, entries }: Pick<Archive, 'header' | 'entries'>,
  { disableTriggers }: Pick<BackupRequest, 'disableTriggers'>,
  { decode }: Pick<FileText, 'decode'>,
): Promise<string> {
  const said = disableTriggers ? entries.map(withoutTriggers) : entries
  const bytes = writeToc({ header, entries: said }, { encode: decode, maxBytes: maxOutputLength })
  return (await promisify(gzip)(bytes)).toString('base64')
}

/** With one character per byte in its texts, as archives are read. */
export async function unpackTableOfContents(packed: string): Promise<Archive> {
  const bytes = await promisify(gunzip)(Buffer.from(packed, 'base64'), { maxOutputLength })
  return readToc(bytes, { decode: 'latin1' })
}

/** What the script says at its head, where a restore sets up its session. */
const withoutTriggers = (entry: TocEntry): TocEntry =>
  entry.description === 'SEARCHPATH'
    ? { ...entry, definition: `${entry.definition ?? ''}SET session_replication_role = replica;\n` }
    : entry
