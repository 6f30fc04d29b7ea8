import {
  type Contents,
  type DefinitionsRequest,
  type Finding,
  isPgarkError,
  type ObjectSource,
  PgarkError,
  type RunContext,
  type Selection,
  type StoredDefinitions,
} from '@pgark/core'
import { type Archive, isListed, restoredPart, type TocEntry } from '@pgark/pg-archive'
import { readStoredToc } from '../../archive/read-stored-toc.ts'
import { definitionHash } from '../../clean/definition-hash.ts'
import type { Connector } from '../../connection/connect.ts'
import { hasRenames } from '../../rename/rename-archive.ts'
import { renameForRestore } from '../../rename/rename-for-restore.ts'
import { encodingOf } from '../../restore/parallel/in-unicode.ts'
import { selectedEntries } from '../../restore/parallel/selected-entries.ts'
import { definitionDifferences } from './definition-differences.ts'
import { targetDefinitions, targetUnderNewNames } from './target-definitions.ts'
import { validatedKeys } from './validated-key.ts'

/** Reads the definitions of a backup out of its table of contents. Throws `REFUSED.FORMAT` where there is none, or none in it. */
export async function readStoredDefinitions(
  connector: Connector,
  source: ObjectSource,
  request: DefinitionsRequest,
  { signal }: Pick<RunContext, 'signal'>,
): Promise<StoredDefinitions> {
  const { renames } = request
  if (renames && hasRenames(renames)) {
    const asked = { ...request, renames, allow: undefined, role: undefined, createDatabase: request.isAlone }
    // The restore itself tells what is to be known of them.
    const renamed = await renameForRestore(connector, asked, source, { signal, onEvent() {} }, 'compare')
    return await readStoredDefinitions(connector, renamed.source, renamed.request, { signal })
  }
  const { archive } = await readStoredToc(source, signal).catch((error) => {
    throw isPgarkError(error) && error.code === 'REFUSED.FORMAT' ? withoutDefinitions(source, 'is a script') : error
  })
  const contents = await source.contents({ signal })
  const stored = selectedEntries({ archive }, request).entries.filter(isDefinition)
  if (stored.length === 0 && contents?.selection.dataOnly) throw withoutDefinitions(source, 'has rows only')
  return { compare: (run) => compare(connector, { archive, stored, contents }, request, run) }
}

interface Stored {
  readonly archive: Archive
  /** What is compared of it. */
  readonly stored: readonly TocEntry[]
  readonly contents: Contents | undefined
}

async function compare(
  connector: Connector,
  { archive, stored, contents }: Stored,
  { selection, isAlone, tablespace }: DefinitionsRequest,
  run: RunContext,
): Promise<readonly Finding[]> {
  run.onEvent({ type: 'phase', name: 'definitions' })
  // Of a backup of some objects only those are of interest.
  const backedUp: Selection = contents?.selection ?? {}
  const encoding = encodingOf(archive.entries)
  const target = contents?.renamed
    ? await targetUnderNewNames(connector, contents, contents.renamed, encoding, run)
    : await targetDefinitions(connector, backedUp, encoding, run)
  const isComparable = !target || versionsOf(target) === versionsOf(archive)
  const cleaned = new Set(contents?.cleaned?.map(({ sha256 }) => sha256))
  const differences = definitionDifferences({
    stored,
    encoding,
    found: target?.entries.filter(isDefinition) ?? [],
    noOwner: Boolean(selection.noOwner || backedUp.noOwner),
    noPrivileges: Boolean(selection.noPrivileges || backedUp.noPrivileges),
    noTablespace: tablespace !== undefined,
    isAlone,
    wasCleaned: (entry) => cleaned.size > 0 && cleaned.has(definitionHash(entry, 'latin1')),
    asItWas: validatedKeys(contents?.notValid ?? [], encoding),
    severity: isComparable ? 'error' : 'info',
  })
  if (isComparable) return differences
  const told = ({ header: { serverVersion, pgDumpVersion } }: Archive) =>
    `PostgreSQL ${serverVersion} (pg_dump ${pgDumpVersion})`
  const message = `Definitions of ${told(archive)} and ${told(target)} are compared: what differs need not be a difference.`
  return [{ severity: 'info', code: 'COMPARE.VERSIONS', message }, ...differences]
}

/** What a restore runs to define something, and a database has; it does not tell which views are filled. */
const isDefinition = (entry: TocEntry) =>
  isListed(entry) && restoredPart(entry) === 'definition' && entry.description !== 'MATERIALIZED VIEW DATA'

/** The same definition may be printed otherwise by another major version, of the server or of pg_dump. */
const versionsOf = ({ header: { serverVersion = '', pgDumpVersion = '' } }: Archive) =>
  [serverVersion, pgDumpVersion].map((version) => Number.parseInt(version, 10)).join(' ')

const withoutDefinitions = ({ location }: ObjectSource, why: string) =>
  new PgarkError('REFUSED.FORMAT', `${location} ${why}: it has no definitions that could be compared.`, {
    hint: 'leave definitions out (--definitions), or back up into a folder or a .dump file',
  })
