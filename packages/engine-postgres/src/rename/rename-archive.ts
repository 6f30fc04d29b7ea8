import type { Finding, Renames, TableName } from '@pgark/core'
import type { ArchiveHeader, TocEntry } from '@pgark/pg-archive'
import { refuseFindings } from '../checks/refuse-findings.ts'
import { misplacedExtensions, withThoseInPlace } from './extension-places.ts'
import { type Extensions, extensionProblems } from './extensions.ts'
import { takeInventory } from './inventory.ts'
import { leftFindings } from './left-as-they-are.ts'
import { newNames } from './new-names.ts'
import { withCreatedPublic, withoutCreatedPublic } from './public-schema.ts'
import { renameEntries } from './rename-entries.ts'
import { renamePlan } from './rename-plan.ts'
import { resolveRenames } from './resolve-renames.ts'
import { rowsFindings, tablesWithNames } from './rows-with-names.ts'
import { sharedFindings } from './shared.ts'
import { written } from './written-names.ts'

/** Where names of an archive went. */
export interface Naming {
  schema(name: string): string
  relation(name: TableName): TableName
  type(name: TableName): TableName
  collation(name: TableName): TableName
}

export interface RenamedArchive {
  /** In the order and with the numbers of the archive. */
  readonly entries: readonly TocEntry[]
  readonly naming: Naming
  /** Old and new names of schemas, and of relations with what is named after them. */
  readonly renamed: Renames
  /** The tables that have other names, by what they were and are. */
  readonly tables: readonly { readonly from: TableName; readonly to: TableName }[]
  /** What still has an old name somewhere, or is shared with what has it. */
  readonly findings: readonly Finding[]
}

export interface ArchiveToRename {
  readonly header: Pick<ArchiveHeader, 'serverVersion'>
  /** Everything that is in it, as text. */
  readonly entries: readonly TocEntry[]
  readonly encoding: string
  /** Which of it is wanted; the rest need not have names that can be changed. */
  readonly isSelected: (entry: TocEntry) => boolean
  /** Whether rows come with a table. */
  readonly hasRows: (table: TocEntry) => boolean
  /** What becomes of those in schemas that are renamed. */
  readonly extensions: Extensions
}

const isAscii = /^[\0-\x7f]*$/

/**
 * Gives what is selected of an archive other names, wherever they stand. Throws, with all problems at once, `USAGE.SELECTION` for what
 * is not there, `REFUSED.NAME_TAKEN`, and `REFUSED.RENAME` for what cannot be renamed.
 */
export async function renameArchive(archive: ArchiveToRename, renames: Renames): Promise<RenamedArchive> {
  const { header, entries, encoding, isSelected, hasRows } = archive
  const inventory = takeInventory(entries)
  const resolved = resolveRenames(renames, entries, inventory, isSelected)
  refuseFindings(resolved.problems, 'REFUSED.RENAME')
  const extensions = withThoseInPlace(archive.extensions, entries, resolved.schemas)
  const names = newNames(entries, resolved, inventory)
  const plan = renamePlan(resolved.schemas, names, inventory, extensions)
  refuseFindings(
    [
      ...names.problems,
      ...unreadableNames(plan.words, renames, encoding),
      ...extensionProblems(extensions, resolved.schemas, inventory),
      ...misplacedExtensions(extensions, entries.filter(isSelected), resolved.schemas),
    ],
    'REFUSED.RENAME',
  )
  const given = entries.filter(isSelected)
  const selected = resolved.schemas.has('public') ? withCreatedPublic(given, header) : given
  const renamed = await renameEntries(selected, plan, inventory)
  refuseFindings(renamed.problems, 'REFUSED.RENAME')
  const named = (kind: 'relation' | 'type' | 'collation') => (old: TableName) => {
    const to = plan.object(kind, old.schema, old.name)
    return to ? { schema: to.schema ?? '', name: to.name } : { schema: old.schema, name: old.name }
  }
  const naming: Naming = {
    schema: (name) => plan.schema(name) ?? name,
    relation: named('relation'),
    type: named('type'),
    collation: named('collation'),
  }
  const tables = [...names.entries]
    .filter((entry) => isSelected(entry) && entry.relkind !== 'i' && relations.has(entry.description ?? ''))
    .map(({ schema = '', tag = '' }) => ({ from: { schema, name: tag }, to: naming.relation({ schema, name: tag }) }))
  const withRows = new Set(
    selected.filter((entry) => entry.description === 'TABLE' && hasRows(entry)).map(({ dumpId }) => dumpId),
  )
  return {
    entries: withoutCreatedPublic(renamed.entries, selected),
    naming,
    tables,
    renamed: {
      schemas: Object.fromEntries(resolved.schemas),
      tables: Object.fromEntries(
        tables.map(({ from, to }) => [`${written(from.schema)}.${written(from.name)}`, to.name]),
      ),
    },
    findings: [
      ...leftFindings(renamed.notes),
      ...rowsFindings(tablesWithNames(renamed.entries).filter(({ dumpId }) => withRows.has(dumpId))),
      ...sharedFindings(selected, resolved, names, inventory),
    ],
  }
}

const relations = new Set(['TABLE', 'VIEW', 'MATERIALIZED VIEW', 'SEQUENCE', 'FOREIGN TABLE'])

/** In other encodings than UTF-8 nobody here can tell which letters the bytes of a name stand for. */
function unreadableNames(words: ReadonlySet<string>, { schemas, tables }: Renames, encoding: string): Finding[] {
  if (isUnicode(encoding)) return []
  const all = [...words, ...Object.values(schemas), ...Object.values(tables)]
  if (all.every((name) => isAscii.test(name)) && !clientOnly.test(encoding)) return []
  return [
    {
      severity: 'error',
      code: 'REFUSED.RENAME',
      message: `Names with other letters than those of ASCII cannot be renamed in ${encoding}.`,
      hint: 'back up with --encoding UTF8, or rename after the restore',
    },
  ]
}

export const isUnicode = (encoding: string) => /^utf-?8$/i.test(encoding)
/** Encodings of clients, in which a byte of a letter may look like one of ASCII. https://www.postgresql.org/docs/current/multibyte.html */
const clientOnly = /^(big5|gb18030|gbk|johab|sjis|shift_jis.*|uhc)$/i

/** Whether there is anything to rename. */
export const hasRenames = ({ schemas, tables }: Renames) => Object.keys(schemas).length + Object.keys(tables).length > 0
