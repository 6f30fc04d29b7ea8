import type { Contents, ObjectSource, RestoreNeeds, RestoreRequest, RunContext } from '@pgark/core'
import type { ArchiveReader } from '@pgark/pg-archive'
import { Exceptions } from '../allow/exceptions.ts'
import { openReader } from '../open-reader.ts'
import { encodingOf } from '../parallel/in-unicode.ts'
import { narrowedReader, selectedEntries } from '../parallel/selected-entries.ts'
import { targetNeeds } from '../parallel/target-needs.ts'
import { type PlanningCheck, planExisting } from './plan-existing.ts'

/** For an archive that is restored, or only looked at, as a script. */
export interface ArchivePlan extends PlanningCheck {
  readonly needs: RestoreNeeds
  /** The archive as if it had no more than the plan restores. */
  select(reader: ArchiveReader): ArchiveReader
}

/** What is to be planned where `onExisting` asks for anything but to fail; it is an archive then, that can be read again. */
export async function planOfArchive(
  source: ObjectSource,
  request: RestoreRequest,
  contents: Contents | undefined,
  { signal }: RunContext,
): Promise<ArchivePlan | undefined> {
  const { onExisting } = request
  if (onExisting === 'fail') return undefined
  // Only its table of contents is read here, which may be read at its place.
  const reader = (await openReader(source, signal, true)) as ArchiveReader
  const selected = selectedEntries(reader, request)
  await reader.close()
  const planning = planExisting(onExisting, { reader, ...selected }, request)
  const { allowance } = new Exceptions(request.allow)
  const encoding = encodingOf(reader.archive.entries)
  const needed = selected.entries.filter((entry) => !allowance.hasEntry(entry, encoding))
  return {
    ...planning,
    needs: targetNeeds(reader, needed, contents, request),
    select: (opened) => {
      const { entries } = planning.plan()
      const narrowed = narrowedReader(opened, entries)
      const changed = new Map(
        entries.filter(({ description }) => description === 'SEQUENCE SET').map((entry) => [entry.dumpId, entry]),
      )
      const { archive } = narrowed
      return {
        ...narrowed,
        archive: { ...archive, entries: archive.entries.map((entry) => changed.get(entry.dumpId) ?? entry) },
      }
    },
  }
}
