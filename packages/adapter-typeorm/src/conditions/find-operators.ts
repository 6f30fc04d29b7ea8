import { undefinedIn } from '@pgark/core'
import { isOfTypeORM } from '../data-source.ts'

/** What `In()`, `Not()` and the others make. */
export interface FindOperatorParts {
  readonly type: string
  /** The innermost one, where operators stand in operators. */
  readonly value: unknown
  /** The operator within this one. */
  readonly child: FindOperatorParts | undefined
  readonly objectLiteralParameters: object | undefined
}

export const isFindOperator = (value: unknown): value is FindOperatorParts =>
  isOfTypeORM(value, 'FindOperator') || isOfTypeORM(value, 'EqualOperator')

/** What is wrong with a value, or with one in an operator; undefined where nothing is. Never repeats it. */
export function valueProblem(value: unknown): string | undefined {
  if (isFindOperator(value)) return operatorProblem(value)
  const place = undefinedIn(value)
  if (place !== undefined) return place === '' ? 'is undefined' : `has at ${place} what is undefined`
  // TypeORM would write what it answers as SQL.
  return typeof value === 'function' ? 'is a function' : undefined
}

/** Fields of the operator itself may be undefined, so that they are not looked at as those of a value. */
function operatorProblem({ type, value, child, objectLiteralParameters }: FindOperatorParts): string | undefined {
  if (child) return valueProblem(child)
  if (type === 'isNull') return undefined
  const isList = Array.isArray(value)
  // TypeORM goes through anything that can be gone through: of text, letter by letter.
  if (type === 'in' && !isList) return 'has no list in In()'
  if (objectLiteralParameters) return valueProblem(objectLiteralParameters)
  if (!isList || !['and', 'or'].includes(type)) return valueProblem(value)
  for (const [index, operator] of value.entries()) {
    if (!isFindOperator(operator)) return `has at [${index}] what is no operator`
    const problem = operatorProblem(operator)
    if (problem) return problem
  }
  return undefined
}

/**
 * The condition with operators of its own. TypeORM puts a column's transformer on the value in the operator itself, so that what was
 * compiled twice would be transformed twice.
 */
export function withOwnOperators(condition: unknown): unknown {
  if (Array.isArray(condition)) return condition.map(withOwnOperators)
  if (typeof condition !== 'object' || condition === null) return condition
  const prototype: object | null = Object.getPrototypeOf(condition)
  const isPlain = prototype === Object.prototype || prototype === null
  if (!isPlain && !isFindOperator(condition)) return condition
  const fields = Object.entries(condition).map(([name, value]) => [name, withOwnOperators(value)])
  return Object.assign(Object.create(prototype), Object.fromEntries(fields))
}
