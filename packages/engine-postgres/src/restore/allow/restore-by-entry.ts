import type { Contents, ObjectSource } from '@pgark/core'
import { archivePieces, PlainSettings, type TocEntry } from '@pgark/pg-archive'
import { entryItems } from '../entry-items.ts'
import { executeItem } from '../execute-item.ts'
import type { Execution } from '../execution.ts'
import { neededAuthorizations } from '../needed-authorizations.ts'
import { adaptedReader } from '../older-server/adapted-archive.ts'
import { openReader, requireArchive } from '../open-reader.ts'
import { expectedTables } from '../parallel/archive-job.ts'
import { encodingOf } from '../parallel/in-unicode.ts'
import type { Wanted } from '../script-of.ts'
import { tableIn } from '../table-of.ts'
import { attempt } from './attempt.ts'
import type { Exceptions } from './exceptions.ts'

/** Restores an archive on one connection, entry by entry: those that may fail are undone alone when they do. */
export async function restoreByEntry(
  source: ObjectSource,
  contents: Contents | undefined,
  { definitions, data, select = (reader) => reader }: Wanted,
  execution: Execution,
  exceptions: Exceptions,
): Promise<void> {
  const { target, request, progress, run } = execution
  const { allowance } = exceptions
  const selected = select(await requireArchive(await openReader(source, run.signal), source, run.signal))
  const encoding = encodingOf(selected.archive.entries)
  const mayFail = (entry: TocEntry) => allowance.hasEntry(entry, encoding)
  const reader = adaptedReader(selected, target.server, run, mayFail)
  const expected = expectedTables(reader.archive.entries, contents)
  const settings = new PlainSettings()

  const runScript = async (
    script: Parameters<typeof entryItems>[0],
    entry: TocEntry | undefined,
    isTolerated: boolean,
  ) => {
    const own: Execution = {
      ...execution,
      isTolerated,
      tableOf: (item) => tableIn(item, entry && expected?.get(entry), expected !== undefined),
    }
    for await (const item of neededAuthorizations(entryItems(script, entry, encoding), request))
      await executeItem(item, own)
  }
  for await (const { entry, script } of archivePieces(reader, { definitions, data }, settings)) {
    if (!entry || !mayFail(entry)) {
      await runScript(script, entry, false)
      continue
    }
    const { statements, skipped, changed } = progress
    const tables = progress.tables.length
    const { client } = target
    const failure = await attempt(
      { client, isInTransaction: request.singleTransaction === true, signal: run.signal },
      () => runScript(script, entry, true),
    )
    if (!failure) continue
    Object.assign(progress, { statements, skipped, changed })
    progress.tables.splice(tables)
    settings.forget()
    exceptions.note(entry, failure, expected?.get(entry))
  }
}
