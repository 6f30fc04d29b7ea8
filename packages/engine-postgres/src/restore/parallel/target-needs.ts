import type { Contents, Requirements, RestoreNeeds, RestoreRequest, Selection } from '@pgark/core'
import { type Archive, type ArchiveReader, isOfLargeObject, type TocEntry } from '@pgark/pg-archive'
import { definitionRequirements } from '../../requirements/definition-requirements.ts'
import { rolesIn } from '../../requirements/names-in-sql.ts'
import { encodingOf, readable } from './in-unicode.ts'

/**
 * What a target must have for these entries: by their definitions, as an archive by another tool has no manifest, and as a part of
 * one needs less than the whole. What they create is for a check of its own.
 */
export function targetNeeds(
  { archive }: Pick<ArchiveReader, 'archive'>,
  entries: readonly TocEntry[],
  contents: Contents | undefined,
  { selection }: Pick<RestoreRequest, 'selection'>,
): RestoreNeeds {
  const { header } = archive
  const encoding = encodingOf(archive.entries)
  const known = contents?.requirements
  return {
    source: contents?.source ?? {
      database: readable(header.database ?? '', encoding),
      serverVersion: header.serverVersion?.split(' ')[0] ?? '0',
      encoding,
    },
    lockEstimate: contents?.lockEstimate ?? 0,
    requirements: ofEntries({ ...archive, entries }, selection, known, encoding),
  }
}

function ofEntries(
  archive: Archive,
  selection: Selection,
  known: Requirements | undefined,
  encoding: string,
): Requirements | undefined {
  const { createsIcu: _, ...needed } = definitionRequirements(archive, selection)
  const text = JSON.stringify(needed)
  // Names in other encodings are only known where a manifest has them.
  if (!/^utf-?8$/i.test(encoding) && !isAscii.test(text)) return known
  const requirements = JSON.parse(readable(text, encoding)) as typeof needed
  const ofLargeObjects = rolesOfLargeObjects(archive.entries, encoding)
  return {
    ...requirements,
    roles: [
      ...requirements.roles,
      ...(known?.roles.filter(({ isOfLargeObject, name }) => isOfLargeObject && ofLargeObjects.has(name)) ?? []),
    ],
    ...(known?.icuVersion !== undefined && { icuVersion: known.icuVersion }),
  }
}

function rolesOfLargeObjects(entries: readonly TocEntry[], encoding: string): ReadonlySet<string> {
  const rolesOf = ({ description, owner, definition = '' }: TocEntry) =>
    description === 'ACL' ? rolesIn(definition) : owner || []
  return new Set(
    entries
      .filter(isOfLargeObject)
      .flatMap(rolesOf)
      .map((role) => readable(role, encoding)),
  )
}

const isAscii = /^[\0-\x7f]*$/
