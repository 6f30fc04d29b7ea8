import type { CompressionCodec } from '../contracts/engine.ts'

interface SingleFileFormat {
  readonly ending: string
  readonly format: string
  readonly codec: CompressionCodec
}

const singleFileFormats: readonly SingleFileFormat[] = [
  { ending: '.sql', format: 'plain', codec: 'none' },
  { ending: '.sql.gz', format: 'plain', codec: 'gzip' },
  { ending: '.sql.zst', format: 'plain', codec: 'zstd' },
  { ending: '.dump', format: 'custom', codec: 'zstd' },
]

/** What a file of that name holds; undefined for a name that says nothing. */
export const singleFileFormat = (name: string | undefined): SingleFileFormat | undefined =>
  singleFileFormats.findLast(({ ending }) => name?.endsWith(ending))
