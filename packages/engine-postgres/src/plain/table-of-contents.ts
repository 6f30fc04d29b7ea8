import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { BackupRequest } from '@pgark/core'
import { type Archive, ArchiveError, readToc, type TocEntry, writeToc } from '@pgark/pg-archive'
import type { FileText } from '../backup/file-text.ts'

/** As of an archive; a manifest, which is read whole, has less room. */
const maxTocBytes = 512 * 1024 * 1024
const maxPackedBytes = 32 * 1024 * 1024

/** What a script was made of, for its manifest; undefined where that is too long for one. The script is whole without it. */
export async function packTableOfContents(
  { header, entries }: Pick<Archive, 'header' | 'entries'>,
  { disableTriggers }: Pick<BackupRequest, 'disableTriggers'>,
  { decode }: Pick<FileText, 'decode'>,
  { maxBytes = maxTocBytes, maxPacked = maxPackedBytes } = {},
): Promise<string | undefined> {
  const said = disableTriggers ? entries.map(withoutTriggers) : entries
  const bytes = tocOf({ header, entries: said }, { encode: decode, maxBytes })
  const packed = bytes && (await promisify(gzip)(bytes)).toString('base64')
  return packed === undefined || packed.length > maxPacked ? undefined : packed
}

function tocOf(...given: Parameters<typeof writeToc>): Buffer | undefined {
  try {
    return writeToc(...given)
  } catch (error) {
    if (error instanceof ArchiveError && error.code === 'REFUSED.TOC_SIZE') return undefined
    throw error
  }
}

/** With one character per byte in its texts, as archives are read. */
export async function unpackTableOfContents(packed: string): Promise<Archive> {
  const bytes = await promisify(gunzip)(Buffer.from(packed, 'base64'), { maxOutputLength: maxTocBytes })
  return readToc(bytes, { decode: 'latin1' })
}

/** What the script says at its head, where a restore sets up its session. */
const withoutTriggers = (entry: TocEntry): TocEntry =>
  entry.description === 'SEARCHPATH'
    ? { ...entry, definition: `${entry.definition ?? ''}SET session_replication_role = replica;\n` }
    : entry
