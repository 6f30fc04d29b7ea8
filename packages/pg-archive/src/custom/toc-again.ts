import { isDeepStrictEqual } from 'node:util'
import { ArchiveError } from '../archive-error.ts'
import type { Pull } from '../bytes/pull.ts'
import type { Archive } from '../toc/model.ts'
import { type ReadTocFromOptions, readTocFrom } from '../toc/read-toc-stream.ts'

const pieceBytes = 64 * 1024

/**
 * Whether what follows the data is the table of contents once more, without its header, and nothing else.
 *
 * pg_dump writes it a second time, over the first, when it knows where the data lie. Since 16 it opens what the shell has opened for
 * it to append: `pg_dump -Fc shop > shop.dump` has the second one at the end. pg_restore does not look there.
 */
// https://github.com/postgres/postgres/blob/REL_18_STABLE/src/bin/pg_dump/pg_backup_custom.c (_CloseArchive)
export async function isTocAgain(
  pull: Pull,
  { header, entries }: Archive,
  options: ReadTocFromOptions,
): Promise<boolean> {
  try {
    const again = await readTocFrom(restOf(pull), options, header)
    for await (const _ of again.rest) return false
    return (
      again.archive.entries.length === entries.length &&
      again.archive.entries.every((entry, at) => isDeepStrictEqual({ ...entry, data: entries[at]?.data }, entries[at]))
    )
  } catch (error) {
    if (error instanceof ArchiveError) return false
    throw error
  }
}

async function* restOf(pull: Pull): AsyncGenerator<Uint8Array> {
  for (let part = await pull.takeUpTo(pieceBytes); part.length > 0; part = await pull.takeUpTo(pieceBytes)) yield part
}
