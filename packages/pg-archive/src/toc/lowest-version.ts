import type { ArchiveHeader, Compression, TocEntry } from './model.ts'

/** PostgreSQL 12 to 15 read up to this version; 16 added other compressions than gzip, 17 the kind of a relation. */
const oldest = 14
const withAlgorithms = 15
const withRelkinds = 16

/** The lowest archive version that can hold these entries, so that the oldest possible pg_restore reads the archive. */
export function lowestVersion(
  entries: readonly TocEntry[],
  { algorithm }: Pick<Compression, 'algorithm'>,
): ArchiveHeader['version'] {
  let minor = oldest
  if (algorithm === 'lz4' || algorithm === 'zstd') minor = withAlgorithms
  if (entries.some(needsRelkinds) || entries.filter(hasLargeObjects).length > 1) minor = withRelkinds
  return { major: 1, minor, revision: 0 }
}

/** Older ones have one list of them, whose name is the same for all. */
const hasLargeObjects = ({ description, data }: TocEntry) => description === 'BLOBS' && data.kind !== 'none'

/** By the kind pg_restore tells a partitioned table, whose access method it must set otherwise; large objects came in groups with 17. */
const needsRelkinds = ({ relkind, tableAccessMethod, description }: TocEntry) =>
  (relkind === 'p' && Boolean(tableAccessMethod)) || description === 'BLOB METADATA'
