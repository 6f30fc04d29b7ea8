import { type TocEntry, tableHierarchy } from '@pgark/pg-archive'

/**
 * Has each foreign key wait until the indexes of all partitions that it reaches are attached. Checking it reads these partitions, from
 * the top down, by any index of theirs; attaching locks an index and then those above it. Where both are done at the same time they
 * wait for each other, and `pg_restore --jobs` loses one of them: pg_dump has a foreign key wait for the index of its key only.
 */
export function foreignKeysLast(entries: readonly TocEntry[]): TocEntry[] {
  const { below } = tableHierarchy(entries)
  const attachments = new Map<number, number[]>()
  for (const { description, dumpId, dependencies } of entries) {
    if (description !== 'INDEX ATTACH') continue
    for (const id of dependencies) {
      const others = attachments.get(id)
      if (others) others.push(dumpId)
      else attachments.set(id, [dumpId])
    }
  }
  return entries.map((entry) => {
    if (entry.description !== 'FK CONSTRAINT') return entry
    const tables = entry.dependencies.flatMap((id) => [id, ...below(id)])
    const awaited = tables.flatMap((id) => attachments.get(id) ?? [])
    return { ...entry, dependencies: [...new Set([...entry.dependencies, ...awaited])] }
  })
}
