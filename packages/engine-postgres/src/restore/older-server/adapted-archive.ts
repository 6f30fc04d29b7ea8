import type { RunContext } from '@pgark/core'
import type { Archive, ArchiveReader, TocEntry } from '@pgark/pg-archive'
import { refuseFindings } from '../../checks/refuse-findings.ts'
import type { Server } from '../../connection/server.ts'
import { encodingOf, readable } from '../parallel/in-unicode.ts'
import { adaptEntries } from './adapt-entries.ts'
import { newerFeatures, objectName } from './newer-features.ts'
import { refuseFeatures } from './refuse-features.ts'
import { tellRewritten } from './tell.ts'
import { versionsOf } from './versions.ts'

type Target = Pick<Server, 'version' | 'versionNum'>

/**
 * Entries of an archive as that server takes them, with a warning for each thing that had to be said otherwise. Throws
 * `REFUSED.OLDER_SERVER` for what it cannot have, unless that may fail.
 */
export function adaptedEntries(
  { header, entries: all }: Archive,
  entries: readonly TocEntry[],
  target: Target,
  run: Pick<RunContext, 'onEvent'>,
  mayFail: (entry: TocEntry) => boolean = () => false,
): readonly TocEntry[] {
  const versions = versionsOf(header, target)
  if (!(Math.max(versions.source ?? 0, versions.pgDump ?? 0) > versions.target)) return entries
  const required = entries.filter((entry) => !mayFail(entry))
  const encoding = encodingOf(all)
  const inText = (text: string) => readable(text, encoding)
  const features = newerFeatures(required, all).map((found) => ({ ...found, objects: found.objects.map(inText) }))
  refuseFindings(refuseFeatures(features, target), 'REFUSED.OLDER_SERVER')
  const adapted = adaptEntries(entries, all, versions)
  for (const [rule, objects] of adapted.told) {
    const names = objects.map((entry) => inText(objectName(entry)))
    tellRewritten(rule, names, run)
  }
  return adapted.entries
}

/** An archive as that server takes it. */
export function adaptedReader(
  reader: ArchiveReader,
  target: Target,
  run: RunContext,
  mayFail?: (entry: TocEntry) => boolean,
): ArchiveReader {
  const { archive } = reader
  return { ...reader, archive: { ...archive, entries: adaptedEntries(archive, archive.entries, target, run, mayFail) } }
}
