import { didYouMean, PgarkError } from '@pgark/core'
import type { EntityParts } from '../data-source.ts'
import { isFindOperator, valueProblem } from './find-operators.ts'
import { refuseUnplaced } from './refuse-unplaced.ts'
import { wrongCondition } from './wrong-condition.ts'

/** What NULL in a condition means to a DataSource. */
type NullMeaning = 'throw' | 'ignore' | 'sql-null'

interface Place {
  readonly entity: EntityParts
  /** The one whose rows are chosen. */
  readonly main: EntityParts
  readonly nulls: NullMeaning
  /** Of embedded columns: `home`. */
  readonly prefix: string
  /** From the condition: `[0].customer`. */
  readonly path: string
  /** What the place is in. */
  readonly outer: ReadonlySet<unknown>
}

/**
 * Throws `USAGE.FILTER`, or `USAGE.MODEL` for an unknown field, where TypeORM would not understand a condition, or would pass over a
 * part of it: what chooses some rows must not come to choose all. Follows `buildWhere` of its SelectQueryBuilder.
 */
export function checkCondition(
  condition: unknown,
  main: EntityParts,
  { options }: { readonly options: Readonly<Record<string, unknown>> },
): void {
  // All rows, as in TypeORM: of a child by single-table inheritance, those of the child.
  if (isEmpty(condition) && isPlain(condition)) return
  const { invalidWhereValuesBehavior } = options as { invalidWhereValuesBehavior?: { null?: NullMeaning } }
  const nulls = invalidWhereValuesBehavior?.null ?? 'throw'
  checkFields(condition, { entity: main, main, nulls, prefix: '', path: '', outer: new Set() })
}

function checkFields(condition: unknown, { outer, ...around }: Place): void {
  if (outer.has(condition)) {
    throw wrongCondition(
      `The condition ${within(around.path)}contains itself.`,
      'name the fields that are meant; of an entity with its relations give the key',
    )
  }
  const place = { ...around, outer: new Set([...outer, condition]) }
  if (isEmpty(condition)) {
    throw wrongCondition(
      `The condition ${within(place.path)}is empty, and TypeORM would pass over it.`,
      'leave it out, or name a field; for no rows give In([])',
    )
  }
  if (Array.isArray(condition)) {
    for (const [index, each] of condition.entries()) checkFields(each, { ...place, path: `${place.path}[${index}]` })
    return
  }
  if (typeof condition !== 'object' || condition === null || isFindOperator(condition)) {
    throw wrongCondition(
      `Expected the condition ${within(place.path)}to be an object with fields of ${place.entity.name}.`,
      'give { field: value }, or a list of these for any of them',
    )
  }
  // As TypeORM does, which also takes entities, with what their classes inherit.
  for (const name in condition) checkField(name, (condition as Record<string, unknown>)[name], place)
}

function checkField(name: string, value: unknown, place: Place): void {
  const propertyPath = place.prefix === '' ? name : `${place.prefix}.${name}`
  const path = `${place.path}.${name}`
  const { columns, relations, allEmbeddeds } = place.entity
  const column = columns.find((each) => each.propertyPath === propertyPath)
  const isEmbedded = allEmbeddeds.some((each) => each.propertyPath === propertyPath)
  const relation = relations.find((each) => each.propertyPath === propertyPath)
  if (!column && !isEmbedded && !relation) throw unknownField(name, place)
  if (value === null) refuseNull(path, place.nulls)
  else if (column || (relation && isFindOperator(value)) || value === undefined) {
    const problem = valueProblem(value)
    if (problem) throw wrongCondition(`The value ${within(path)}${problem.what}.`, problem.hint)
  } else if (isEmbedded) checkFields(value, { ...place, prefix: propertyPath, path })
  else if (relation) checkFields(value, { ...place, entity: relation.inverseEntityMetadata, prefix: '', path })
  if (relation) refuseUnplaced(place.main, [relation.inverseEntityMetadata, relation.junctionEntityMetadata])
}

function refuseNull(path: string, nulls: NullMeaning): void {
  if (nulls === 'sql-null') return
  throw wrongCondition(
    `The value ${within(path)}is null, which TypeORM ${nulls === 'ignore' ? 'would pass over' : 'refuses'}.`,
    'give IsNull(), or set invalidWhereValuesBehavior: { null: "sql-null" } for the DataSource',
  )
}

function unknownField(name: string, { entity, prefix, path }: Place): PgarkError {
  const inHere = fieldsOf(entity)
    .filter((each) => prefix === '' || each.startsWith(`${prefix}.`))
    .map((each) => (prefix === '' ? each : each.slice(prefix.length + 1)))
  const names = [...new Set(inHere.map((each) => each.split('.')[0] as string))]
  const hint =
    optionsOfFind.has(name) && path === ''
      ? `${name} is an option of find(), and no condition: give what stands after where:`
      : (didYouMean(name, names) ?? `its fields are ${names.join(', ')}`)
  return new PgarkError('USAGE.MODEL', `${entity.name} has no field ${name}${path && ` ${within(path).trimEnd()}`}.`, {
    hint,
  })
}

const optionsOfFind: ReadonlySet<string> = new Set(
  `where select relations order skip take limit offset cache lock comment transaction
   withDeleted loadEagerRelations loadRelationIds relationLoadStrategy`.split(/\s+/),
)

const fieldsOf = ({ columns, relations, allEmbeddeds }: EntityParts): string[] =>
  [...columns, ...relations, ...allEmbeddeds].map(({ propertyPath }) => propertyPath)

/** What has no keys is not always meant to be empty: a date, a Map. */
const isPlain = (condition: unknown): boolean =>
  [Object.prototype, null].includes(Object.getPrototypeOf(condition) as null)

/** As TypeORM sees it: what has no keys, such as a date in the place of a relation. Booleans and numbers are passed over, too. */
const isEmpty = (condition: unknown): boolean =>
  typeof condition === 'object' && condition !== null && Object.keys(condition).length === 0

const within = (path: string): string => (path === '' ? '' : `at ${path.replace(/^\./, '')} `)
