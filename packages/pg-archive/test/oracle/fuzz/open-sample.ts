import { openCustom } from '../../../src/custom/open-custom.ts'
import { openDirectory } from '../../../src/directory/open-directory.ts'
import type { ArchiveReader } from '../../../src/reading/archive-reader.ts'
import { openTar } from '../../../src/tar/open-tar.ts'
import type { Sample } from './sample.ts'

export type OpenedSample = Pick<Sample, 'format' | 'files'> & { readonly canSeek: boolean }

const chunkBytes = 4096
const decoding = { decode: 'latin1' } as const

export async function openSample({ format, files, canSeek }: OpenedSample): Promise<ArchiveReader> {
  if (format === 'directory') {
    const folder = { has: async (name: string) => files.has(name), read: (name: string) => chunks(files.get(name), 0) }
    return await openDirectory(folder, decoding)
  }
  const file = { canSeek, read: (start: number) => chunks(files.get('archive'), start) }
  return await (format === 'custom' ? openCustom : openTar)(file, decoding)
}

async function* chunks(bytes: Buffer | undefined, start: number): AsyncGenerator<Uint8Array> {
  if (!bytes) throw new Error('a file was asked for that is not there')
  for (let at = start; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
}
