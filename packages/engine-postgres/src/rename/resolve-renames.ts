import { didYouMean, type Finding, type Renames } from '@pgark/core'
import type { TocEntry } from '@pgark/pg-archive'
import type { Inventory } from './inventory.ts'
import { qualifiedName } from './written-names.ts'

/** What was asked for, in terms of an archive. */
export interface ResolvedRenames {
  readonly schemas: ReadonlyMap<string, string>
  /** New names of tables, views and sequences. */
  readonly relations: ReadonlyMap<TocEntry, string>
}

/** What `ALTER TABLE … RENAME` renames, but indexes, which go with their tables. */
const relationKinds = new Set(['TABLE', 'VIEW', 'MATERIALIZED VIEW', 'SEQUENCE', 'FOREIGN TABLE'])

/**
 * Finds what is to be renamed. A name means what has exactly this name, or else what it means in SQL: in lower case where it is
 * not quoted. `isSelected` says of an entry whether it is restored at all.
 */
export function resolveRenames(
  { schemas, tables }: Renames,
  entries: readonly TocEntry[],
  inventory: Inventory,
  isSelected: (entry: TocEntry) => boolean,
): ResolvedRenames & { readonly problems: readonly Finding[] } {
  const problems: Finding[] = []
  const resolved = { schemas: new Map<string, string>(), relations: new Map<TocEntry, string>() }
  for (const [text, to] of Object.entries(schemas)) {
    const found = [text, qualifiedName(text)?.name ?? text].find((name) => inventory.schemas.has(name))
    if (found === undefined) problems.push(missing('schema', text, inventory.schemas))
    else if (resolved.schemas.has(found)) problems.push(refused(`The schema ${found} is given two new names.`))
    else if (found === to) problems.push(refused(`The schema ${found} has this name already.`))
    else if (isOfSystem(to)) {
      const hint = 'information_schema, and names with pg_, are those of the system'
      problems.push(refused(`The schema ${found} cannot become ${to}.`, hint))
    } else resolved.schemas.set(found, to)
  }
  const relations = entries.filter(({ description = '' }) => relationKinds.has(description))
  for (const [text, to] of Object.entries(tables)) {
    const named = relationsNamed(text, relations)
    const [entry, other] = named
    if (!entry) problems.push(missing('table', text, relations.flatMap(namesOf)))
    else if (other) {
      const which = named.map(nameOf)
      problems.push(refused(`${text} is ${which.slice(0, -1).join(', ')} and ${which.at(-1)}.`, 'name its schema, too'))
    } else if (!isSelected(entry)) {
      problems.push({
        ...missing('table', text, []),
        message: `${nameOf(entry)} cannot be renamed: it is not selected.`,
      })
    } else if (resolved.relations.has(entry)) problems.push(refused(`${nameOf(entry)} is given two new names.`))
    else if (entry.tag === to) problems.push(refused(`${nameOf(entry)} has this name already.`))
    else resolved.relations.set(entry, to)
  }
  return { ...resolved, problems: [...problems, ...takenSchemas(resolved.schemas, entries, inventory)] }
}

function relationsNamed(text: string, relations: readonly TocEntry[]): readonly TocEntry[] {
  const exact = relations.filter((entry) => namesOf(entry).includes(text))
  if (exact.length > 0) return exact
  const wanted = qualifiedName(text)
  if (!wanted) return []
  return relations.filter(
    ({ schema, tag }) => tag === wanted.name && (wanted.schema === undefined || schema === wanted.schema),
  )
}

function takenSchemas(
  schemas: ReadonlyMap<string, string>,
  entries: readonly TocEntry[],
  inventory: Inventory,
): Finding[] {
  // Every database has a schema `public`; an archive may say who owns it, and have nothing in it.
  const isUsed = (name: string) => name !== 'public' || entries.some(({ schema }) => schema === name)
  const stay = [...inventory.schemas].filter((name) => !schemas.has(name) && isUsed(name))
  const before = new Map(stay.map((name) => [name, name]))
  return [...schemas].flatMap(([from, to]) => {
    const other = before.get(to)
    before.set(to, from)
    return other === undefined ? [] : [taken(`The schema ${from}`, to, `the schema ${other}`)]
  })
}

const isOfSystem = (schema: string) => schema.startsWith('pg_') || schema === 'information_schema'
const namesOf = (entry: TocEntry) => [nameOf(entry), entry.tag ?? '']
const nameOf = ({ schema = '', tag = '' }: TocEntry) => `${schema}.${tag}`

const missing = (kind: string, text: string, names: Iterable<string>): Finding => {
  const hint = didYouMean(text, names)
  return {
    severity: 'error',
    code: 'USAGE.SELECTION',
    message: `There is no ${kind} ${text} to rename.`,
    ...(hint && { hint }),
  }
}
const refused = (message: string, hint?: string): Finding => ({
  ...{ severity: 'error', code: 'REFUSED.RENAME', message },
  ...(hint && { hint }),
})

/** Two things would have one name. */
export const taken = (what: string, to: string, other: string): Finding => ({
  severity: 'error',
  code: 'REFUSED.NAME_TAKEN',
  message: `${what} cannot become ${to}: ${other} has, or gets, that name.`,
  hint: 'choose another name',
})
