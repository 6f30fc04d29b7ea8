import type { Archive, TocEntry } from '@pgark/pg-archive'

const privilegesOnPublicSince = 15
const runAsOwnerSince = 16
const runAsOwner = /, run_as_owner = true(?=\);\s*$)/

/**
 * The definitions as the server they come from takes them, where a newer pg_dump wrote them for newer servers only:
 * - before 16, a subscription gets `run_as_owner`, which is how every subscription works there, and a syntax error. Restored on 16
 *   or newer without it, the subscription runs as the owners of its tables, the default there.
 * - before 15, rights on the schema public are written as differences from its rights since 15, when PUBLIC lost CREATE. On an older
 *   target, PUBLIC would keep a right that was revoked.
 */
export function forItsServer(archive: Archive, serverVersionNum: number): Archive {
  const server = Math.floor(serverVersionNum / 10_000)
  const pgDump = Number.parseInt(archive.header.pgDumpVersion ?? '', 10)
  let { entries } = archive
  if (server < runAsOwnerSince) entries = entries.map(withoutRunAsOwner)
  if (server < privilegesOnPublicSince && pgDump >= privilegesOnPublicSince) entries = withPublicAsSince15(entries)
  return { ...archive, entries }
}

function withoutRunAsOwner(entry: TocEntry): TocEntry {
  if (entry.description !== 'SUBSCRIPTION' || entry.definition === undefined) return entry
  return { ...entry, definition: entry.definition.replace(runAsOwner, '') }
}

/** What pg_dump takes for granted, before the differences: in their entry, as several workers of a restore take entries at the same time. */
function withPublicAsSince15(entries: readonly TocEntry[]): readonly TocEntry[] {
  const schema = entries.find(({ description, tag }) => description === 'SCHEMA' && tag === 'public')
  if (!schema) return entries
  const isOfPublic = ({ description, dependencies }: TocEntry) =>
    description === 'ACL' && dependencies.includes(schema.dumpId)
  if (entries.some(isOfPublic)) {
    return entries.map((entry) =>
      isOfPublic(entry) ? { ...entry, definition: `${revocation}${entry.definition ?? ''}` } : entry,
    )
  }
  const alone: TocEntry = {
    ...schema,
    dumpId: entries.reduce((highest, { dumpId }) => Math.max(highest, dumpId), 0) + 1,
    description: 'ACL',
    tag: 'SCHEMA public',
    section: 'none',
    definition: revocation,
    dropStatement: undefined,
    dependencies: [schema.dumpId],
  }
  return [alone, ...entries]
}

const revocation = 'REVOKE CREATE ON SCHEMA public FROM PUBLIC;\n'
