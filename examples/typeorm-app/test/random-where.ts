import {
  And,
  Any,
  ArrayContainedBy,
  ArrayContains,
  ArrayOverlap,
  Between,
  Equal,
  type FindOperator,
  ILike,
  In,
  IsNull,
  JsonContains,
  LessThan,
  LessThanOrEqual,
  Like,
  MoreThan,
  MoreThanOrEqual,
  Not,
  Or,
  Raw,
} from 'typeorm'
import type { Random } from './random.ts'

export type Kind = 'text' | 'anycase' | 'id' | 'number' | 'time' | 'bytes' | 'list' | 'json' | 'flag'
/** Fields by kind, with whether they may be NULL; those within another are embedded ones. */
export type Fields = { readonly [name: string]: Kind | `${Kind}?` | Fields }

export interface Entity {
  readonly fields: Fields
  /** Entities by the names of relations. */
  readonly relations: Readonly<Record<string, string>>
  /** Relations to many, whose number can be asked for. */
  readonly counted: readonly string[]
}

/** Values of a field that there are. */
export type ValuesOf = (entity: string, path: readonly string[]) => readonly unknown[]

interface Scope {
  readonly random: Random
  readonly entities: Readonly<Record<string, Entity>>
  readonly valuesOf: ValuesOf
}

/** A condition with fields, embedded ones and relations, and lists of such for OR. */
export function randomWhere(scope: Scope, name: string, depth = 2): object {
  const { random } = scope
  if (depth > 0 && random.chance(30)) {
    return Array.from({ length: 1 + random.below(3) }, () => randomFields(scope, name, depth - 1))
  }
  return randomFields(scope, name, depth)
}

function randomFields(scope: Scope, name: string, depth: number): object {
  const { random, entities } = scope
  const { fields, relations, counted } = entities[name] as Entity
  const where: Record<string, unknown> = {}
  for (const field of random.some(Object.keys(fields), 2)) {
    where[field] = randomField(scope, name, fields[field] as Fields[string], [field])
  }
  const related = Object.keys(relations)
  if (depth > 0 && related.length > 0 && random.chance(60)) {
    // Often alone, so that it is what chooses.
    if (random.chance(50)) for (const field of Object.keys(where)) delete where[field]
    const relation = random.pick(related)
    where[relation] = randomWhere(scope, relations[relation] as string, depth - 1)
  } else if (counted.length > 0 && random.chance(20)) {
    where[random.pick(counted)] = random.pick([MoreThan, LessThan, MoreThanOrEqual, LessThanOrEqual])(random.below(4))
  }
  return where
}

function randomField(scope: Scope, entity: string, field: Fields[string], path: readonly string[]): unknown {
  if (typeof field === 'object') {
    const names = scope.random.some(Object.keys(field), 2)
    return Object.fromEntries(
      names.map((name) => [name, randomField(scope, entity, field[name] as Fields[string], [...path, name])]),
    )
  }
  const { random } = scope
  if (field.endsWith('?') && random.chance(25)) return random.chance(50) ? IsNull() : Not(IsNull())
  const kind = field.replace('?', '') as Kind
  const values = scope.valuesOf(entity, path)
  const operator = () => random.pick(operators[kind])(random, values)
  const chosen = operator()
  if (kind === 'flag' || !random.chance(20)) return chosen
  // Of operators only: a value alone has no place in them.
  const [one, another] = [asOperator(chosen), asOperator(operator())]
  return random.pick([() => Not(one), () => And(one, another), () => Or(one, another)])()
}

const asOperator = (value: unknown): FindOperator<unknown> =>
  typeof value === 'object' && value !== null && '@instanceof' in value
    ? (value as FindOperator<unknown>)
    : Equal(value)

type Make = (random: Random, values: readonly unknown[]) => unknown

const among: Make = (random, values) => random.pick(values)
const compared: readonly Make[] = [MoreThan, MoreThanOrEqual, LessThan, LessThanOrEqual].map(
  (operator) => (random, values) => operator(random.pick(values)),
)
const between: Make = (random, values) => Between(random.pick(values), random.pick(values))
const oneOf: Make = (random, values) => In(random.some(values, 12))
const noneOf: Make = (random, values) => Not(In(random.some(values, 4)))
const anyOf: Make = (random, values) => Any(random.some(values, 12))
const other: Make = (random, values) => Not(random.pick(values))
const raw: Make = (random, values) => {
  const name = `raw_${random.below(1e9)}`
  return Raw((column) => `${column} >= :${name}`, { [name]: random.pick(values) })
}
const like: Make = (random, values) => {
  const text = String(random.pick(values))
  const part = text.slice(-1 - random.below(3)).replace(/[\\%_]/g, '_')
  return random.chance(50) ? Like(`%${part}`) : ILike(`%${part.toUpperCase()}%`)
}
const inAnyCase =
  (make: Make): Make =>
  (random, values) =>
    make(
      random,
      values.map((value) => (random.chance(50) ? String(value).toUpperCase() : String(value).toLowerCase())),
    )
const list =
  (operator: (values: string[]) => unknown): Make =>
  (random, values) =>
    operator(random.pick(values) as string[])

const operators: Readonly<Record<Kind, readonly Make[]>> = {
  text: [among, oneOf, noneOf, other, like, like, raw, ...compared],
  anycase: [among, oneOf, oneOf, noneOf, anyOf, other, like, raw, ...compared].map(inAnyCase),
  id: [among, oneOf, oneOf, noneOf, anyOf, other],
  number: [...compared, between, oneOf, noneOf, anyOf, raw, other],
  time: [...compared, ...compared, between, raw, oneOf],
  bytes: [among, other, oneOf],
  list: [list(ArrayContains), list(ArrayOverlap), list(ArrayContainedBy), among],
  json: [
    (random, values) => JsonContains(random.pick(values) as Record<string, unknown>),
    (random, values) => Equal(random.pick(values)),
  ],
  flag: [among, other, oneOf],
}
