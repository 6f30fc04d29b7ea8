import type { Section, TocEntry } from '../toc/model.ts'
import { nameTest, type ObjectName } from './name-test.ts'
import { whatTheyNeed } from './needed-entries.ts'
import { isOfDatabase, restoredPart, setsUpSession } from './restored-part.ts'

/**
 * Which entries of an archive. Everything that is given must hold; only `tables`, `indexes`, `functions` and `triggers` add up:
 * an entry need be named by one of them.
 */
export interface EntrySelection {
  /** Only what is in these schemas (`pg_restore --schema`). Not the schemas themselves, nor what is in none, such as extensions. */
  readonly schemas?: readonly string[]
  /** Nothing that is in these schemas (`--exclude-schema`). */
  readonly excludeSchemas?: readonly string[]
  /** Tables, views, materialised views, foreign tables and sequences of these names, with their data (`--table`). */
  readonly tables?: readonly ObjectName[]
  /** Indexes that are no constraint's (`--index`). */
  readonly indexes?: readonly ObjectName[]
  /** Functions, procedures and aggregates, with their arguments' types as the archive has them: `add(integer, integer)` (`--function`). */
  readonly functions?: readonly ObjectName[]
  /** Triggers, as the archive names them: `table trigger` (`--trigger`). */
  readonly triggers?: readonly ObjectName[]
  /** Only entries of these kinds, in the archive's words: `TABLE`, `FK CONSTRAINT`, `ACL` … */
  readonly kinds?: readonly string[]
  /** No entries of these kinds, and nothing on their account: `['ACL']` is `--no-privileges`, `['COMMENT']` is `--no-comments`. */
  readonly excludeKinds?: readonly string[]
  /** Only these entries, as with `--use-list`, but in the order of the archive. */
  readonly dumpIds?: readonly number[]
  /** Only these parts (`--section`). */
  readonly sections?: readonly Exclude<Section, 'none'>[]
  /** No rows and no large objects (`--schema-only`), or nothing else (`--data-only`). */
  readonly only?: 'definitions' | 'data'
  /** Also what makes and describes the database as a whole (`--create`). Default false. */
  readonly database?: boolean
  /**
   * False, the default: what is named and nothing else, as pg_restore does, which with `--table` restores no index, no
   * constraint, no default and no type. True: with that it can be restored into an empty database. Then the selection also has
   *
   * - what belongs to a table or view: rows, values of its sequences and these themselves, defaults, constraints, indexes,
   *   triggers, rules, policies, statistics; to a named schema, the schema;
   * - what all of it depends on, and what belongs to that: schemas, types, functions, extensions, the tables of a view, and the
   *   table that a foreign key refers to, with its rows. To be spared these tables, exclude the kind `FK CONSTRAINT`;
   * - for an exclusion constraint or a key without overlaps all extensions and operator classes, as an archive does not tell which of them it compares by;
   * - with a partitioned table its partitions; with a partition the table that it is of, but no other partitions;
   * - what joins two entries, where both are there: the attachment of a partition, a table's place in a publication.
   *
   * Schemas, names, kinds and ids say where to begin, `sections` and `only` what of the outcome is wanted. What is needed comes
   * from excluded schemas too. Large objects are no table's: name their kinds.
   */
  readonly withNeeds?: boolean
}

/**
 * The entries of an archive that a selection asks for, in the archive's order. Privileges, comments, security labels and
 * statistics come with what they are about. What sets up the session (encoding, syntax of literals, search path) is always there:
 * no restore works without. Entries that no restore runs, such as a shell without a definition, are not.
 *
 * @example
 * selectEntries(entries, { tables: ['orders'] }) // the table and its rows, as pg_restore --table=orders
 * selectEntries(entries, { tables: [{ schema: 'app', name: 'orders' }], withNeeds: true, excludeKinds: ['FK CONSTRAINT'] })
 */
export function selectEntries(entries: readonly TocEntry[], selection: EntrySelection): TocEntry[] {
  const { sections, only, withNeeds, database } = selection
  const named = namedEntries(entries, selection)
  const chosen = withNeeds ? whatTheyNeed(entries, named, new Set(selection.excludeKinds)) : named
  const section = sectionOf(entries)
  return entries.filter((entry) => {
    if (setsUpSession(entry)) return true
    if (makesDatabase.has(entry.description ?? '')) return database === true
    const part = restoredPart(entry)
    if (!chosen.has(entry) || part === undefined) return false
    if (only && part !== (only === 'data' ? 'data' : 'definition')) return false
    return !sections || sections.some((wanted) => wanted === section.get(entry))
  })
}

/** These depend on nothing but `database`. */
const makesDatabase = new Set(['DATABASE', 'DATABASE PROPERTIES'])
/** They are selected with what they are about. */
const describing = new Set(['ACL', 'COMMENT', 'SECURITY LABEL', 'STATISTICS DATA'])

/** An entry of no section is in that of what stands before it. */
function sectionOf(entries: readonly TocEntry[]): ReadonlyMap<TocEntry, Section> {
  let section: Section = 'pre-data'
  return new Map(
    entries.map((entry) => {
      if (entry.section !== 'none') section = entry.section
      return [entry, section]
    }),
  )
}

/** What the selection names, in whatever section; the rules are those of `_tocEntryRequired` of pg_backup_archiver.c. */
function namedEntries(entries: readonly TocEntry[], selection: EntrySelection): Set<TocEntry> {
  const isNamed = nameTest(selection)
  const asked = new Set<TocEntry>()
  const byId = new Map(entries.map((entry) => [entry.dumpId, entry]))
  // Privileges of columns depend on those of their table, so that they come later; they are not about them.
  const isAbout = (id: number) => {
    const other = byId.get(id)
    return other !== undefined && other.description !== 'ACL' && asked.has(other)
  }
  const isAsked = (entry: TocEntry) => {
    if (isOfDatabase(entry)) return selection.database
    if (!isNamed) return true
    return describing.has(entry.description ?? '') ? entry.dependencies.some(isAbout) : isNamed(entry)
  }
  for (const entry of entries) if (isAsked(entry)) asked.add(entry)

  const kinds = selection.kinds && new Set(selection.kinds)
  const excludedKinds = new Set(selection.excludeKinds)
  const ids = selection.dumpIds && new Set(selection.dumpIds)
  for (const entry of asked) {
    const { description = '', dumpId } = entry
    const isOut = (kinds && !kinds.has(description)) || excludedKinds.has(description) || (ids && !ids.has(dumpId))
    if (isOut) asked.delete(entry)
  }
  return asked
}
