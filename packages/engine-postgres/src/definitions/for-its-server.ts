import type { Archive, TocEntry } from '@pgark/pg-archive'

const runAsOwnerSince = 160_000
const runAsOwner = /, run_as_owner = true(?=\);\s*$)/

/**
 * The definitions as the server they come from takes them. For a subscription of a server before 16, newer versions of pg_dump
 * write `run_as_owner`, which is how every subscription works there and which it does not know. Restored on 16 or newer, the
 * subscription runs as the owners of its tables, the default there.
 */
export function forItsServer(archive: Archive, serverVersionNum: number): Archive {
  if (serverVersionNum >= runAsOwnerSince) return archive
  return { ...archive, entries: archive.entries.map(withoutRunAsOwner) }
}

function withoutRunAsOwner(entry: TocEntry): TocEntry {
  if (entry.description !== 'SUBSCRIPTION' || entry.definition === undefined) return entry
  return { ...entry, definition: entry.definition.replace(runAsOwner, '') }
}
