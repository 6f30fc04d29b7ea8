import type { Finding } from '@pgark/core'
import type { TocEntry } from '@pgark/pg-archive'
import { askedEntries } from '../restore/parallel/asked-entries.ts'
import { derivedName, untaken } from './derived-names.ts'
import { type Inventory, isIndexConstraint, kindOf } from './inventory.ts'
import { type ResolvedRenames, taken } from './resolve-renames.ts'

/** New names of relations, and of indexes behind constraints, and of statistics, by what they are now. */
export interface NewNames {
  relation(schema: string, name: string): string | undefined
  statistics(schema: string, name: string): string | undefined
  /** The entries that have one: tables, and what is named after them. */
  readonly entries: ReadonlySet<TocEntry>
  /** What these are now, without schemas. */
  readonly words: ReadonlySet<string>
  readonly problems: readonly Finding[]
}

const tables = new Set(['TABLE', 'FOREIGN TABLE'])
/** What has a name of its own beside its table's. Checks, foreign keys, triggers, rules and policies are the table's own. */
const named = new Set(['SEQUENCE', 'INDEX', 'STATISTICS', ...tables])

/** Gives new names to what was asked for and to all that is named after it: sequences of columns, indexes, keys, partitions, statistics. */
export function newNames(
  entries: readonly TocEntry[],
  { schemas, relations }: ResolvedRenames,
  inventory: Inventory,
): NewNames {
  const found = new Map<string, string>()
  const renamed = new Set<TocEntry>(relations.keys())
  const problems: Finding[] = []
  const inSchema = (schema = '') => schemas.get(schema) ?? schema
  for (const [entry, to] of relations) found.set(keyOf(entry), to)

  const parts = new Map<TocEntry, { table: TocEntry; to: string }>()
  for (const [table, to] of relations) {
    if (!tables.has(table.description ?? '') && table.description !== 'MATERIALIZED VIEW') continue
    for (const part of askedEntries(entries, (entry) => entry === table)) {
      const isNamed = named.has(part.description ?? '') || isIndexConstraint(part)
      if (isNamed && !relations.has(part)) parts.set(part, { table, to })
    }
  }
  // Relations and types of a schema must differ in name; statistics from each other.
  const names = new Map<string, TocEntry>()
  for (const entry of entries) {
    if (parts.has(entry)) continue
    const name = nameKey(entry, inSchema, found, inventory)
    if (name === undefined) continue
    const other = names.get(name)
    const [one, two] = renamed.has(entry) ? [entry, other] : [other, entry]
    if (one && two && renamed.has(one)) problems.push(taken(label(one), found.get(keyOf(one)) ?? '', label(two)))
    names.set(name, entry)
  }
  // Tables first: what belongs to a partition is named after that.
  const isTable = ({ description = '' }: TocEntry) => tables.has(description)
  const inOrder = [...parts].sort(([one], [other]) => Number(isTable(other)) - Number(isTable(one)))
  for (const [part, { table, to }] of inOrder) {
    const [owner] = isTable(part) ? [] : inventory.ownersOf(part).filter(({ tag }) => tag !== undefined)
    const ownerTo = owner && found.get(keyOf(owner))
    const name = ownName(part, inventory)
    const wanted =
      owner && ownerTo !== undefined && name.startsWith(owner.tag ?? '')
        ? derivedName(name, owner.tag ?? '', ownerTo)
        : derivedName(name, table.tag ?? '', to)
    const isTaken = (tried: string) => names.has(classKey(part, inSchema(part.schema), tried))
    const free = untaken(wanted, isTaken)
    names.set(classKey(part, inSchema(part.schema), free), part)
    found.set(part.description === 'CONSTRAINT' ? relationKey(part.schema, name) : keyOf(part), free)
    renamed.add(part)
  }
  return {
    relation: (schema, name) => found.get(relationKey(schema, name)),
    statistics: (schema, name) => found.get(`statistics\0${schema}\0${name}`),
    entries: renamed,
    words: new Set([...renamed].map((entry) => ownName(entry, inventory))),
    problems,
  }
}

/** The name by which an entry is known in its class; undefined where it has none that others could have. */
function nameKey(
  entry: TocEntry,
  inSchema: (schema?: string) => string,
  found: ReadonlyMap<string, string>,
  inventory: Inventory,
): string | undefined {
  const kind = kindOf[entry.description ?? '']
  const isRelation = kind === 'relation' || kind === 'type' || isIndexConstraint(entry)
  if (!isRelation && kind !== 'statistics') return undefined
  const name = ownName(entry, inventory)
  return classKey(entry, inSchema(entry.schema), found.get(keyOf(entry)) ?? name)
}

/** Of a constraint without its table's. */
function ownName(entry: TocEntry, inventory: Inventory): string {
  const { description, tag = '' } = entry
  if (description !== 'CONSTRAINT') return tag
  const [table] = inventory.ownersOf(entry)
  return tag.slice((table?.tag ?? '').length + 1)
}

const classOf = ({ description }: TocEntry) => (description === 'STATISTICS' ? 'statistics' : 'relation')
const classKey = (entry: TocEntry, schema: string, name: string) => `${classOf(entry)}\0${schema}\0${name}`
const keyOf = (entry: TocEntry) => classKey(entry, entry.schema ?? '', entry.tag ?? '')
const relationKey = (schema = '', name: string) => `relation\0${schema}\0${name}`
const label = ({ schema = '', tag = '' }: TocEntry) => `${schema}.${tag}`
