import type { Contents, ObjectSource, RestoreRequest, RunContext } from '@pgark/core'
import { type ArchiveReader, withEachLargeObject } from '@pgark/pg-archive'
import { Allowance } from '../allow/allowance.ts'
import { openReader } from '../open-reader.ts'
import { checkObjects } from './check-objects.ts'
import type { OpenedArchive } from './opened-archive.ts'
import { selectedEntries } from './selected-entries.ts'

/**
 * Opens an archive and looks at everything that is needed of it, before anything is changed: all objects are there and of their
 * size, and those on this machine are what was stored. Others are checked while they are read.
 */
export async function openToRestore(
  source: ObjectSource,
  contents: Contents | undefined,
  request: RestoreRequest,
  run: RunContext,
): Promise<OpenedArchive> {
  const reader = await openArchive(source, run)
  try {
    new Allowance(request.allow ?? []).requireIn(withEachLargeObject(reader.archive.entries))
    const selected = selectedEntries(reader, request)
    const isChecked = await checkObjects(reader, selected.entries, source, run)
    if (!isChecked || reader.format === 'directory') return { reader, ...selected, contents, source, isChecked }
  } catch (error) {
    await reader.close()
    throw error
  }
  // What was opened to be read from its beginning to its end need not be any more.
  await reader.close()
  const again = await openArchive(source, run, true)
  return { reader: again, ...selectedEntries(again, request), contents, source, isChecked: true }
}

/** It has been told that it is an archive. */
const openArchive = async (source: ObjectSource, { signal }: RunContext, isChecked?: boolean) =>
  (await openReader(source, signal, isChecked)) as ArchiveReader
