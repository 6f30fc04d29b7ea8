import type { Contents, ObjectSource, RestoreRequest, RunContext } from '@pgark/core'
import { openReader, requireArchive } from '../open-reader.ts'
import { selectedEntries } from '../parallel/selected-entries.ts'
import { targetNeeds } from '../parallel/target-needs.ts'
import { wantedOf } from '../script-of.ts'
import { Allowance } from './allowance.ts'

/**
 * What a manifest says that a target must have, but for what may fail. Before anything is touched it throws `USAGE.SELECTION` for what
 * the archive does not have, as far as it can be looked at: a pipe is read but once.
 */
export async function needsWithout(
  source: ObjectSource,
  contents: Contents | undefined,
  request: RestoreRequest,
  { signal }: RunContext,
): Promise<Contents | undefined> {
  const allowance = new Allowance(request.allow ?? [])
  if (allowance.isEmpty || !source.canSeek) return contents
  const reader = await requireArchive(await openReader(source, signal), source, signal)
  try {
    wantedOf(request).select?.(reader)
    const entries = selectedEntries(reader, request).entries.filter((entry) => !allowance.hasEntry(entry))
    const { requirements } = targetNeeds(reader, entries, contents, request)
    return contents && { ...contents, requirements }
  } finally {
    await reader.close()
  }
}
