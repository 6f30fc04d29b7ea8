import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { file, PgarkError } from '@pgark/core'
import { type Archive, readTocFrom, type ToListOptions } from '@pgark/pg-archive'
import { refuseStandardInput } from './backup-file.ts'

export interface StoredToc extends ToListOptions {
  /** With one character per byte in its texts: an archive is in the encoding of its database. */
  readonly archive: Archive
}

const magic = 'PGDMP'
const tarBlockBytes = 512

/**
 * Reads the table of contents of an archive of pg_dump: a file in the custom format, a folder with a `toc.dat`, a tar file. Told
 * by its first bytes; not much more of it is read. Throws `REFUSED.FORMAT` for anything else.
 */
export async function readStoredToc(reference: string): Promise<StoredToc> {
  refuseStandardInput(reference)
  const found = statSync(reference, { throwIfNoEntry: false })
  if (!found) throw new PgarkError('DESTINATION.NOT_FOUND', `There is no ${reference}.`, { hint: 'check the path' })
  const source = found.isDirectory() ? path.join(reference, 'toc.dat') : reference
  if (!existsSync(source)) throw noArchive(reference)
  const head = await buffer(bytesOf(source, 0, tarBlockBytes))
  if (head.toString('latin1', 0, magic.length) === magic) return { archive: await tocOf(bytesOf(source)) }
  const size = firstMemberSize(head)
  if (size === undefined) throw noArchive(reference)
  return { archive: await tocOf(bytesOf(source, tarBlockBytes, tarBlockBytes + size)), format: 'tar' }
}

function bytesOf(source: string, start = 0, end = Number.POSITIVE_INFINITY): AsyncIterable<Uint8Array> {
  return file(source).read(path.basename(source), { range: { start, end } })
}

async function tocOf(bytes: AsyncIterable<Uint8Array>): Promise<Archive> {
  const { archive, rest } = await readTocFrom(bytes, { decode: 'latin1' })
  await rest.return?.()
  return archive
}

/** The size of `toc.dat`, which pg_dump puts first into a tar file. https://www.gnu.org/software/tar/manual/html_node/Standard.html */
function firstMemberSize(header: Buffer): number | undefined {
  const field = (start: number, end: number) => header.toString('latin1', start, end).replace(/[\0 ].*$/s, '')
  const isToc = field(0, 100) === 'toc.dat' && header.toString('latin1', 257, 262) === 'ustar'
  const size = field(124, 136)
  return isToc && /^[0-7]+$/.test(size) ? Number.parseInt(size, 8) : undefined
}

function noArchive(reference: string): PgarkError {
  return new PgarkError('REFUSED.FORMAT', `${reference} is no archive of pg_dump, and has no table of contents.`, {
    hint: 'give a file of pg_dump --format=custom or tar, or a folder with a toc.dat; for other files use show without --toc',
  })
}
