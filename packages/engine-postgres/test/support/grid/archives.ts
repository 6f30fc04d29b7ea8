import path from 'node:path'
import { backup, type CompressionCodec, file, type Selection } from '@pgark/core'
import type { TestServer } from '@pgark/test-servers'
import { engineFor } from '../round-trip.ts'
import type { LoadedDataSets } from './loaded-data-sets.ts'

export interface ArchiveKind {
  readonly format: 'custom' | 'directory' | 'tar'
  readonly compression: CompressionCodec | 'lz4'
}

/** What the pg_restore of a major reads and its pg_dump writes. */
export const stockCompressions = (major: number): ArchiveKind['compression'][] =>
  major >= 16 ? ['none', 'gzip', 'zstd', 'lz4'] : ['none', 'gzip']
/** Of these, what we write. */
export const ourCompressions = (major: number) =>
  stockCompressions(major).filter((codec): codec is CompressionCodec => codec !== 'lz4')

/** Archives of data sets, by us and by pg_dump, each made once. */
export class Archives {
  readonly #sets: LoadedDataSets
  readonly #made = new Map<string, Promise<string>>()

  constructor(sets: LoadedDataSets) {
    this.#sets = sets
  }

  ours(dataSet: string, kind: ArchiveKind, selection: Selection = {}): Promise<string> {
    return this.#once(['ours', dataSet, kind, selection], async (name) => {
      const { source } = await this.#sets.get(dataSet)
      return await backUpAs(this.#sets.server, source, path.join(this.#sets.folder, name), kind, selection)
    })
  }

  /** By the pg_dump of the server's major, unless another one is given, with more options of it. */
  theirs(
    dataSet: string,
    { format, compression }: ArchiveKind,
    by = this.#sets.stock,
    options: readonly string[] = [],
  ): Promise<string> {
    return this.#once(['theirs', dataSet, format, compression, by.clients.pgDump, options], async (name) => {
      const { source } = await this.#sets.get(dataSet)
      const location = path.join(this.#sets.folder, name)
      // A tar archive is never compressed; pg_dump before 16 only takes levels of gzip.
      const level = { none: 0, gzip: 6, zstd: 'zstd', lz4: 'lz4' }[compression]
      const compress = format === 'tar' ? [] : [`--compress=${level}`]
      await by.dump(source, location, `--format=${format}`, ...compress, ...options)
      return location
    })
  }

  #once(key: unknown, make: (name: string) => Promise<string>): Promise<string> {
    const known = this.#made.get(JSON.stringify(key)) ?? make(`archive-${this.#made.size}`)
    this.#made.set(JSON.stringify(key), known)
    return known
  }
}

/** Backs a database up as an archive, whose path is answered: with that ending, or within that folder. */
export async function backUpAs(
  server: TestServer,
  database: string,
  location: string,
  { format, compression }: ArchiveKind,
  selection: Selection = {},
): Promise<string> {
  const target = format === 'custom' ? `${location}.dump` : location
  const options = { format, compression: compression as CompressionCodec, ...selection }
  const { id } = await backup({ engine: engineFor(server, database), to: file(target), ...options })
  return format === 'custom' ? target : path.join(target, id)
}
