import {
  type Contents,
  type Finding,
  type ObjectSource,
  PgarkError,
  type RestoreRequest,
  type RunContext,
} from '@pgark/core'
import { type ArchiveReader, type TocEntry, withEachLargeObject } from '@pgark/pg-archive'
import type { Connector } from '../connection/connect.ts'
import { Allowance, itemForEntry } from '../restore/allow/allowance.ts'
import { keptFindings } from '../restore/on-existing/kept-entries.ts'
import { openReader, requireArchive } from '../restore/open-reader.ts'
import { encodingOf, readable } from '../restore/parallel/in-unicode.ts'
import { leftOutFindings } from '../restore/parallel/left-out.ts'
import { selectObjects } from '../restore/parallel/select-objects.ts'
import { targetNeeds } from '../restore/parallel/target-needs.ts'
import { asBytes, asText } from './archive-text.ts'
import { askTarget } from './ask-target.ts'
import { allMade, extensionsIn } from './extensions.ts'
import { hasOriginal, withInitialRights } from './initial-rights.ts'
import { leaveToTarget } from './left-to-target.ts'
import { linksIntoPublic, linksToOriginal } from './links.ts'
import { newSelection, withoutExcluded } from './new-selection.ts'
import { publishedCopies } from './published-copies.ts'
import { isUnicode, type RenamedArchive, renameArchive } from './rename-archive.ts'
import { contentsOf, renamedContents } from './renamed-contents.ts'
import { type ReshapedSource, renamedReader } from './renamed-reader.ts'
import { tellWarnings } from './tell-warnings.ts'

/** A restore that knows no old names any more. */
export interface RestoreUnderNewNames {
  readonly source: ReshapedSource
  readonly request: RestoreRequest
  readonly findings: readonly Finding[]
  /** Whether what was restored depends on what has the old names. */
  links(): Promise<readonly Finding[]>
}

/** What a restore asks for by old names. */
type Asked = Pick<RestoreRequest, 'selection' | 'allow' | 'renames' | 'role' | 'createDatabase'>

const session = new Set(['ENCODING', 'STDSTRINGS', 'SEARCHPATH'])

/**
 * Selects by old names, and gives what is selected the new ones, wherever they stand in the archive, in the manifest and in the request.
 * What the target has already and a copy shares with it is left out. Only to be compared, definitions are nothing but the archive's. Throws what `renameArchive` throws, and `USAGE.OPTIONS` for what
 * is no archive.
 */
export async function renameForRestore<T extends Asked>(
  connector: Connector,
  request: T,
  source: ObjectSource,
  run: Pick<RunContext, 'signal' | 'onEvent'>,
  purpose: 'restore' | 'compare' = 'restore',
): Promise<Omit<RestoreUnderNewNames, 'request'> & { readonly request: T }> {
  const reader = await openToc(source, run)
  const { header, entries } = reader.archive
  const encoding = encodingOf(entries)
  const inText = (text: string) => readable(text, encoding)
  const whole = withEachLargeObject(entries)
  const allowance = new Allowance(request.allow ?? [])
  allowance.requireIn(whole)
  const selected = selectObjects(whole, request.selection)
  const ids = new Set(selected.entries.map(({ dumpId }) => dumpId))
  const isSelected = ({ dumpId, description = '' }: TocEntry) => ids.has(dumpId) || session.has(description)
  const asked = new Set([...selected.asked].map(({ dumpId }) => dumpId))
  const toText = isUnicode(encoding) ? asText : (bytes: readonly TocEntry[]) => bytes
  const toBytes = isUnicode(encoding) ? asBytes : (text: readonly TocEntry[]) => text

  const isOfRows = (entry: TocEntry) =>
    entry.description === 'TABLE DATA' && entry.data.kind !== 'none' && isSelected(entry)
  const withRows = new Set((request.selection.schemaOnly ? [] : toText(entries).filter(isOfRows)).map(nameOf))
  const hasRows = (table: TocEntry) => withRows.has(nameOf(table))

  const rename = async (extensions: Parameters<typeof renameArchive>[0]['extensions']) => {
    const archive = { header, entries: toText(entries), encoding, isSelected, hasRows, extensions }
    const renamed = await renameArchive(archive, request.renames)
    return { ...renamed, entries: toBytes(renamed.entries) }
  }
  const before = new Map(entries.map((entry) => [entry.dumpId, entry]))
  const isRenamed = ({ dumpId, schema, tag }: TocEntry) => {
    const old = before.get(dumpId)
    return old?.schema !== schema || old?.tag !== tag
  }
  const besideOf = ({ renamed: { schemas }, tables }: Pick<RenamedArchive, 'renamed' | 'tables'>) => ({
    schemas: new Map(Object.entries(schemas)),
    tables,
  })
  // A database that is made for it has nothing yet.
  const looked = request.createDatabase
    ? { renamed: await rename(allMade(entries.filter(isSelected))), left: undefined, published: [] }
    : await askTarget(connector, request, run, async (client) => {
        const extensions = await extensionsIn(client, entries.filter(isSelected))
        const renamed = await rename(extensions)
        const left = await leaveToTarget(client, renamed.entries, encoding, {
          isNeeded: ({ dumpId }) => !asked.has(dumpId),
          isRenamed,
          isInstalled: ({ description, tag = '' }) => description === 'EXTENSION' && extensions.installed.has(tag),
        })
        const published = await publishedCopies(client, left.entries.filter(isRenamed), encoding)
        const isAsInArchive = purpose === 'compare' || request.selection.noPrivileges
        if (isAsInArchive || !(await hasOriginal(client, besideOf(renamed)))) return { renamed, left, published }
        const withRights = await withInitialRights(client, left.entries, encoding, isRenamed)
        return { renamed, left: { ...left, entries: withRights }, published }
      })
  const { renamed, left, published } = looked
  tellWarnings([...renamed.findings, ...published], run)
  const remaining = left?.entries ?? renamed.entries
  const remains = new Set(remaining.map(({ dumpId }) => dumpId))
  const allowed = whole.filter((entry) => allowance.hasEntry(entry, encoding)).map(({ dumpId }) => dumpId)
  const mayFail = new Set(allowed)
  const allow = remaining.filter(({ dumpId }) => mayFail.has(dumpId)).map((entry) => itemForEntry(entry, encoding))
  const newRequest = {
    ...request,
    renames: { schemas: {}, tables: {} },
    selection: newSelection(
      withoutExcluded(request.selection),
      remaining.filter(({ dumpId }) => asked.has(dumpId)),
      inText,
    ),
    allow: allow.length > 0 ? allow : undefined,
  }
  const isIntoPublic = !request.createDatabase && Object.values(renamed.renamed.schemas).includes('public')
  const linksBefore = isIntoPublic
    ? await askTarget(connector, request, run, (client) => linksIntoPublic(client, renamed.renamed))
    : []
  const reshape = (opened: ArchiveReader) => renamedReader(opened, remaining)
  return {
    request: newRequest,
    source: {
      ...source,
      reshape,
      async contents(options) {
        const contents = await source.contents(options)
        if (!contents) return undefined
        const kept = contentsOf(contents, entries, ({ dumpId }) => remains.has(dumpId))
        const selection = newSelection(contents.selection, renamed.entries, inText) as Contents['selection']
        return { ...withNeeds(renamedContents(kept, renamed.naming), reshape(reader), newRequest), selection }
      },
    },
    findings: [
      ...leftOutFindings(selected.leftOut, encoding),
      ...renamed.findings.filter(({ severity }) => severity === 'info'),
      ...keptFindings(left?.kept ?? [], encoding),
    ],
    async links() {
      const found = await askTarget(connector, request, run, (client) => linksToOriginal(client, besideOf(renamed)))
      return found.filter(({ message }) => !linksBefore.includes(message))
    },
  }
}

const nameOf = ({ schema = '', tag = '' }: TocEntry) => `${schema}\0${tag}`

/** The table of contents, which is in memory when the archive is closed. */
async function openToc(source: ObjectSource, { signal }: Pick<RunContext, 'signal'>): Promise<ArchiveReader> {
  const { location } = source
  if (source.objectName !== 'toc.dat' && !source.canSeek)
    throw new PgarkError('USAGE.OPTIONS', `${location} is read but once, so that nothing in it can be renamed.`, {
      hint: 'save it into a file first',
    })
  const reader = await requireArchive(await openReader(source, signal, true), source, signal)
  await reader.close()
  return reader
}

/** What a target must have for what is left of the archive. */
function withNeeds(
  contents: Contents,
  { archive }: Pick<ArchiveReader, 'archive'>,
  request: Pick<RestoreRequest, 'selection'>,
): Contents {
  const { requirements } = targetNeeds({ archive }, archive.entries, contents, request)
  return { ...contents, ...(requirements && { requirements }) }
}
