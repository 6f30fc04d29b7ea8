import type { CompressionCodec } from '../contracts/engine.ts'

/** Names that stand for one file rather than for a place of backups, and what such a file holds. */
const singleFileFormats: readonly { ending: string; format: string; codec: CompressionCodec }[] = [
  { ending: '.sql', format: 'plain', codec: 'none' },
  { ending: '.sql.gz', format: 'plain', codec: 'gzip' },
  { ending: '.sql.zst', format: 'plain', codec: 'zstd' },
  { ending: '.dump', format: 'custom', codec: 'zstd' },
]

/** What a file of that name holds; undefined for the name of anything else. */
export const singleFileFormat = (name: string) => singleFileFormats.find(({ ending }) => name.endsWith(ending))

/** Whether a path, a key or the last part of a URL names one file by its ending: `.sql`, `.sql.gz`, `.sql.zst` or `.dump`. */
export const isSingleFileName = (name: string): boolean => singleFileFormat(name) !== undefined
