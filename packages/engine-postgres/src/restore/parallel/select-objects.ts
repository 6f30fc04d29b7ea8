import type { Problem, Selection } from '@pgark/core'
import { selectEntries, type TocEntry } from '@pgark/pg-archive'
import { type Pattern, parsePattern } from '../../selection/pattern.ts'
import { selectionError, unmatched } from '../../selection/selection-error.ts'
import { askedEntries } from './asked-entries.ts'
import { encodingOf, readable } from './in-unicode.ts'
import { leftOut } from './left-out.ts'
import { lostEntries } from './lost-entries.ts'

export type ObjectSelection = Pick<
  Selection,
  'schemas' | 'excludeSchemas' | 'tables' | 'excludeTables' | 'excludeTableData'
>

export interface SelectedObjects {
  readonly entries: readonly TocEntry[]
  /** Those that were asked for; the others only come because these need them. */
  readonly asked: ReadonlySet<TocEntry>
  /** What the selected lack, because it needs what is not selected. */
  readonly leftOut: readonly TocEntry[]
}

const relationKinds = new Set(['TABLE', 'VIEW', 'MATERIALIZED VIEW', 'SEQUENCE', 'FOREIGN TABLE'])
const rowKinds = new Set(['TABLE DATA', 'MATERIALIZED VIEW DATA', 'SEQUENCE SET'])
/**
 * Entries by pg_dump's patterns; one without a schema means any, as an archive has no search_path. With tables and schemas comes
 * what they need, but no other table on account of a foreign key; with what is excluded goes what cannot be without. Throws
 * `USAGE.SELECTION` with every pattern that matches nothing.
 */
export function selectObjects(entries: readonly TocEntry[], selection: ObjectSelection): SelectedObjects {
  const problems: Problem[] = []
  const encoding = encodingOf(entries)
  const inText = (text: string) => readable(text, encoding)
  const matches = (pattern: Pattern, { schema = '', tag = '' }: TocEntry) =>
    pattern.name.test(inText(tag)) && (!pattern.schema || pattern.schema.test(inText(schema)))
  const namesOf = ({ schema = '', tag = '' }: TocEntry) => [inText(`${schema}.${tag}`), inText(tag)] as const
  const relations = entries.filter(({ description = '' }) => relationKinds.has(description))
  const schemas = [...new Set(entries.flatMap(schemaOf))]
  const matchSchemas = (patterns: readonly string[] | undefined, option: string) => {
    const parsed = (patterns ?? []).flatMap((text) => parsePattern(text, problems) ?? [])
    for (const pattern of parsed) {
      if (!pattern.schema && schemas.some((name) => pattern.name.test(inText(name)))) continue
      problems.push(unmatched(option, pattern, schemas.map(inText)))
    }
    return (schema: string) => parsed.some(({ name }) => name.test(inText(schema)))
  }
  const matchRelations = (patterns: readonly string[] | undefined, option: string) => {
    const parsed = (patterns ?? []).flatMap((text) => parsePattern(text, problems) ?? [])
    for (const pattern of parsed) {
      if (!relations.some((entry) => matches(pattern, entry)))
        problems.push(unmatched(option, pattern, relations.flatMap(namesOf)))
    }
    return (entry: TocEntry) => parsed.some((pattern) => matches(pattern, entry))
  }
  const inSchemas = matchSchemas(selection.schemas, 'schemas')
  const inExcluded = matchSchemas(selection.excludeSchemas, 'excludeSchemas')
  const isNamed = matchRelations(selection.tables, 'tables')
  const isExcluded = matchRelations(selection.excludeTables, 'excludeTables')
  const isWithoutRows = matchRelations(selection.excludeTableData, 'excludeTableData')
  if (problems.length > 0) throw selectionError(problems)

  const isOut = (entry: TocEntry) =>
    (relationKinds.has(entry.description ?? '') && isExcluded(entry)) || schemaOf(entry).some(inExcluded)
  const chosen = selection.tables?.length
    ? withNeeds(entries, { tables: relations.filter((entry) => isNamed(entry) && !isOut(entry)).map(exactName) })
    : selection.schemas?.length
      ? withNeeds(entries, { schemas: schemas.filter(inSchemas) })
      : new Set(entries)
  const asked = selection.tables?.length
    ? askedEntries(entries, (entry) => relationKinds.has(entry.description ?? '') && isNamed(entry))
    : selection.schemas?.length
      ? askedEntries(entries, (entry) => schemaOf(entry).some(inSchemas))
      : chosen
  const lost = lostEntries(entries, isOut)
  const kept = (entry: TocEntry) => chosen.has(entry) && !lost.has(entry)
  if (!relations.some(kept) && selection.tables?.length) {
    throw selectionError([{ message: 'Nothing is left: what the selection names it also excludes.' }])
  }
  return {
    entries: entries.filter((entry) => kept(entry) && !(rowKinds.has(entry.description ?? '') && isWithoutRows(entry))),
    asked,
    leftOut: leftOut(entries, { isChosen: (entry) => chosen.has(entry) && !isOut(entry), isKept: kept }),
  }
}

/** Foreign keys come where both their tables do. */
function withNeeds(
  entries: readonly TocEntry[],
  names: Pick<Parameters<typeof selectEntries>[1], 'tables' | 'schemas'>,
): Set<TocEntry> {
  const chosen = new Set(selectEntries(entries, { ...names, withNeeds: true, excludeKinds: ['FK CONSTRAINT'] }))
  const byId = new Map(entries.map((entry) => [entry.dumpId, entry]))
  const hasAll = ({ dependencies }: TocEntry) =>
    dependencies.every((id) => {
      const needed = byId.get(id)
      return !needed || chosen.has(needed)
    })
  const isOfKey = ({ description, dependencies }: TocEntry) =>
    description === 'COMMENT' && dependencies.some((id) => byId.get(id)?.description === 'FK CONSTRAINT')
  for (const entry of entries) if (entry.description === 'FK CONSTRAINT' && hasAll(entry)) chosen.add(entry)
  for (const entry of entries) if (isOfKey(entry) && hasAll(entry)) chosen.add(entry)
  return chosen
}

const schemaOf = ({ description, schema, tag }: TocEntry) => {
  const name = description === 'SCHEMA' ? tag : schema
  return name ? [name] : []
}
const exactName = ({ schema = '', tag = '' }: TocEntry) => ({ schema, name: tag })
