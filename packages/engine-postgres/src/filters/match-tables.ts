import type { FilterInput, Problem } from '@pgark/core'
import type pg from 'pg'
import { isLockable, type Relation } from '../catalogue/relations.ts'
import { type Pattern, parsePattern } from '../selection/pattern.ts'
import { matches, type SelectedRelations } from '../selection/select-relations.ts'
import { unmatchedRelation } from '../selection/selection-error.ts'
import { readRowHolders } from './row-holders.ts'

/** A table that a filter is for. */
export interface MatchedTable {
  /** The pattern it was found by. */
  readonly key: string
  readonly input: FilterInput
  readonly relation: Relation
  /** Where its rows are: itself, or partitions, as far as their rows are in the backup. */
  readonly holders: readonly Relation[]
}

/** Finds the tables of filters by the patterns that they stand under. Adds a problem for each pattern that comes to nothing. */
export async function matchTables(
  client: pg.ClientBase,
  selected: SelectedRelations,
  filters: Readonly<Record<string, FilterInput>>,
  problems: Problem[],
): Promise<MatchedTable[]> {
  const holders = await readRowHolders(client, selected.all)
  const holdersOf = (relation: Relation) => holders.get(relation) ?? []
  const keys = new Map<Relation, string>()
  const found: MatchedTable[] = []
  for (const [key, input] of Object.entries(filters)) {
    const pattern = parsePattern(key, problems)
    if (!pattern) continue
    const named = namedBy(pattern, selected, problems)
    if (!named) continue
    const refusals = named.map((relation) => ({ relation, refusal: refuse(relation, holdersOf(relation), selected) }))
    const accepted = refusals
      .filter(({ refusal }) => refusal === undefined)
      .map(({ relation }) => relation)
      // A partition that is named together with its parent is filtered as part of it.
      .sort((one, other) => holdersOf(other).length - holdersOf(one).length)
    const [first] = refusals
    if (!first) problems.push(unmatchedRelation('filters', pattern, selected.relations.filter(isLockable)))
    else if (accepted.length === 0) {
      const { what, hint } = (refusals.find(({ relation }) => isLockable(relation)) ?? first).refusal as Refusal
      problems.push({ message: `The filter for ${key}: ${nameOf(first.relation)} ${what}.`, hint })
    }
    for (const relation of accepted) {
      const claimed = [relation, ...holdersOf(relation)]
      const other = claimed.flatMap((one) => keys.get(one) ?? [])[0]
      if (other !== undefined && other !== key) problems.push(twice(relation, other, key))
      if (other !== undefined) continue
      for (const one of claimed) keys.set(one, key)
      const withRows = holdersOf(relation).filter((one) => selected.withRows.includes(one))
      found.push({ key, input, relation, holders: withRows })
    }
  }
  return found
}

/**
 * What a pattern names. Without a schema that is what the search_path finds, as everywhere; where it finds nothing, tables of the
 * backup in another schema. Undefined, with a problem added, where these are in several.
 */
function namedBy(pattern: Pattern, selected: SelectedRelations, problems: Problem[]): readonly Relation[] | undefined {
  const found = selected.all.filter((relation) => matches(pattern, relation))
  if (pattern.schema || found.length > 0) return found
  const sameName = selected.relations.filter(({ name }) => pattern.name.test(name))
  const tables = sameName.filter(isLockable)
  // A view is told as what it is.
  const elsewhere = tables.length > 0 ? tables : sameName
  const schemas = new Set(elsewhere.map(({ schema }) => schema))
  if (schemas.size < 2) return elsewhere
  problems.push({
    message: `The filter for ${pattern.text} could be for tables in several schemas: ${elsewhere.map(nameOf).join(', ')}.`,
    hint: `write the schema: ${[...schemas].map((schema) => `${schema}.${pattern.text}`).join(' or ')}`,
  })
  return undefined
}

interface Refusal {
  readonly what: string
  readonly hint: string
}

/** Why a relation cannot have a filter; undefined where it can. */
function refuse(
  relation: Relation,
  holders: readonly Relation[],
  { relations, withRows, withoutContent }: SelectedRelations,
): Refusal | undefined {
  if (!isLockable(relation)) {
    return { what: `is ${kinds[relation.kind] ?? 'no table'}`, hint: 'filter the tables that have the rows' }
  }
  if (!relations.includes(relation)) return { what: 'is not in the backup', hint: 'leave out its filter, or select it' }
  const isRead = (one: Relation) => withRows.includes(one) || withoutContent.includes(one)
  if (holders.length === 0 || holders.some(isRead)) return undefined
  const hint = 'leave out its filter, or what keeps its rows out: schemaOnly, excludeTableData, unselected partitions'
  return { what: 'is in the backup without its rows', hint }
}

const kinds: Readonly<Record<string, string>> = {
  v: 'a view, which has no rows of its own',
  m: 'a materialised view, which a restore computes anew',
  S: 'a sequence',
  f: 'a foreign table, whose rows are elsewhere and not in the backup',
}

const nameOf = ({ schema, name }: Relation) => `${schema}.${name}`

const twice = (relation: Relation, one: string, other: string): Problem => ({
  message: `Two filters are for the rows of ${nameOf(relation)}: ${one} and ${other}.`,
  hint: 'join them with and(…) under one name',
})
