import type { Problem, Selection } from '@pgark/core'
import { isTable, type Relation } from '../catalogue/relations.ts'
import { type Pattern, parsePattern } from './pattern.ts'
import { asPattern, selectionError, unmatched, unmatchedRelation } from './selection-error.ts'

/** What a selection comes to in one database. */
export interface SelectedRelations {
  /** Everything that a pattern can name. */
  readonly all: readonly Relation[]
  /** Whose definitions are in the backup. */
  readonly relations: readonly Relation[]
  /** Whose rows are, tables only. */
  readonly withRows: readonly Relation[]
  /** Whose rows or values would be, had this server their content. */
  readonly withoutContent: readonly Relation[]
  /** Everything of the database is meant, with its data. */
  readonly withLargeObjects: boolean
  /** Sequences whose values are in the backup, among those with these oids. Serial and identity columns bring theirs unnamed. */
  sequences(oids: ReadonlySet<number>): readonly Relation[]
}

/** Applies a selection to the relations of a database, by pg_dump's rules. Throws `USAGE.SELECTION` with every pattern that matches nothing. */
export function selectRelations(
  all: readonly Relation[],
  schemas: readonly string[],
  selection: Selection,
): SelectedRelations {
  const problems: Problem[] = []
  const read = (patterns: readonly string[] = []) => patterns.flatMap((text) => parsePattern(text, problems) ?? [])
  const matchSchemas = (patterns: readonly string[] | undefined, option: string) => {
    const parsed = read(patterns)
    for (const pattern of parsed) {
      if (pattern.schema) problems.push({ message: `${option} ${pattern.text} names more than a schema.` })
      else if (!schemas.some((name) => pattern.name.test(name)))
        problems.push(unmatched(option, pattern, schemas.map(asPattern)))
    }
    return (relation: Relation) => parsed.some(({ name }) => name.test(relation.schema))
  }
  const matchRelations = (patterns: readonly string[] | undefined, option: string) => {
    const parsed = read(patterns)
    for (const pattern of parsed) {
      if (!all.some((relation) => matches(pattern, relation))) {
        problems.push(unmatchedRelation(option, pattern, all))
      }
    }
    return (relation: Relation) => parsed.some((pattern) => matches(pattern, relation))
  }
  const inSchema = matchSchemas(selection.schemas, 'schemas')
  const inExcludedSchema = matchSchemas(selection.excludeSchemas, 'excludeSchemas')
  const isNamed = matchRelations(selection.tables, 'tables')
  const isExcluded = matchRelations(selection.excludeTables, 'excludeTables')
  const isWithoutRows = matchRelations(selection.excludeTableData, 'excludeTableData')
  if (problems.length > 0) throw selectionError(problems)

  const bySchema = (relation: Relation) =>
    (!selection.schemas?.length || inSchema(relation)) && !inExcludedSchema(relation)
  const isSelected = (relation: Relation) =>
    (selection.tables?.length ? isNamed(relation) : bySchema(relation)) && !isExcluded(relation)
  const relations = all.filter(isSelected)
  if (relations.length === 0 && selection.tables?.length) {
    throw selectionError([{ message: 'Nothing is left: what the selection names it also excludes.' }])
  }
  // pg_dump writes no definition for what an extension brings.
  const isConfiguration = (relation: Relation) => relation.extensionCondition !== undefined && isSelected(relation)
  const isMeantWithRows = (relation: Relation) => !selection.schemaOnly && !isWithoutRows(relation)
  const keepsRows = (relation: Relation) => isMeantWithRows(relation) && !relation.isWithoutContent
  return {
    all,
    relations,
    withRows: relations.filter((relation) => isTable(relation) && keepsRows(relation)),
    withoutContent: relations.filter((relation) => relation.isWithoutContent && isMeantWithRows(relation)),
    withLargeObjects: meansEverything(selection) && !selection.schemaOnly,
    sequences: (oids) =>
      all.filter(
        (relation) =>
          relation.kind === 'S' && keepsRows(relation) && (oids.has(relation.oid) || isConfiguration(relation)),
      ),
  }
}

/** Neither tables nor schemas are named; some may be left out. */
export const meansEverything = ({ tables, schemas }: Selection) => !tables?.length && !schemas?.length

export const matches = (pattern: Pattern, { schema, name, isVisible }: Relation) =>
  pattern.name.test(name) && (pattern.schema ? pattern.schema.test(schema) : isVisible)
