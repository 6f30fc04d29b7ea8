import { stat } from 'node:fs/promises'
import { ArchiveError } from '../archive-error.ts'
import { peek } from '../compression/peek.ts'
import { openCustom } from '../custom/open-custom.ts'
import { openDirectory } from '../directory/open-directory.ts'
import type { ArchiveReader } from '../reading/archive-reader.ts'
import { detectFormat, formatBytes } from '../reading/detect-format.ts'
import { openTar } from '../tar/open-tar.ts'
import type { ReadTocFromOptions } from '../toc/read-toc-stream.ts'
import { archiveFile, archiveFolder } from './archive-file.ts'

/**
 * Opens an archive on disk: a directory, or a file whose first bytes tell its format.
 *
 * @throws {ArchiveError} `ARCHIVE.BAD_MAGIC` for what is no archive of pg_dump, such as a plain dump.
 *
 * @example
 * const { archive, readData } = await openArchive('shop.dump')
 */
export async function openArchive(path: string, options: ReadTocFromOptions = {}): Promise<ArchiveReader> {
  if ((await stat(path)).isDirectory()) {
    const folder = archiveFolder(path)
    if (await folder.has('toc.dat')) return await openDirectory(folder, options)
    throw new ArchiveError('ARCHIVE.BAD_MAGIC', 'The folder has no toc.dat: it is no archive of pg_dump.', {
      hint: 'give the folder that pg_dump wrote with --format=directory',
    })
  }
  const file = archiveFile(path)
  const { start, body } = await peek(file.read(0), formatBytes)
  await body.return()
  const format = detectFormat(start)
  if (format === 'custom') return await openCustom(file, options)
  if (format === 'tar') return await openTar(file, options)
  throw new ArchiveError('ARCHIVE.BAD_MAGIC', 'The file is no archive of pg_dump.', {
    hint: 'a plain dump is for readPlainDump(); what is compressed as a whole must be decompressed before',
  })
}
