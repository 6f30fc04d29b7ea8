import type { Contents, Finding, ObjectSource, RestoreRequest, RunContext } from '@pgark/core'
import { contentsOf } from '../rename/renamed-contents.ts'
import { Allowance } from './allow/allowance.ts'
import { openReader, requireArchive } from './open-reader.ts'
import { encodingOf } from './parallel/in-unicode.ts'
import { isSelective, selectedEntries } from './parallel/selected-entries.ts'
import { targetNeeds } from './parallel/target-needs.ts'
import { wantedOf } from './script-of.ts'

export interface ContentsAsked {
  readonly contents: Contents | undefined
  /** What is left out of it, because it needs what is not asked for. */
  readonly findings: readonly Finding[]
}

/**
 * What a manifest says of what is asked for, and what a target must have for it, but for what may fail. Before anything is touched it
 * throws `USAGE.SELECTION` for what the archive does not have, as far as it can be looked at: a pipe, which has no manifest, is read
 * but once.
 */
export async function contentsAsked(
  source: ObjectSource,
  contents: Contents | undefined,
  request: RestoreRequest,
  { signal }: RunContext,
): Promise<ContentsAsked> {
  const allowance = new Allowance(request.allow ?? [])
  const isPart = isSelective(request)
  if ((allowance.isEmpty && !isPart) || !(contents || source.canSeek)) return { contents, findings: [] }
  const reader = await requireArchive(await openReader(source, signal), source, signal)
  try {
    wantedOf(request).select?.(reader)
    const { entries, findings } = selectedEntries(reader, request)
    if (!contents) return { contents, findings }
    const encoding = encodingOf(reader.archive.entries)
    const needed = entries.filter((entry) => !allowance.hasEntry(entry, encoding))
    const { requirements } = targetNeeds(reader, needed, contents, request)
    const ids = new Set(entries.map(({ dumpId }) => dumpId))
    const asked = isPart ? contentsOf(contents, reader.archive.entries, ({ dumpId }) => ids.has(dumpId)) : contents
    return { contents: { ...asked, requirements }, findings }
  } finally {
    await reader.close()
  }
}
