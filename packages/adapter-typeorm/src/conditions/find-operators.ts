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

export interface ValueProblem {
  /** As the end of a sentence about the value. */
  readonly what: string
  readonly hint: string
}

/** What is wrong with a value, or with one in an operator; undefined where nothing is. Never repeats it. */
export function valueProblem(value: unknown): ValueProblem | undefined {
  return isFindOperator(value) ? operatorProblem(value, new Set()) : plainProblem(value)
}

function plainProblem(value: unknown): ValueProblem | undefined {
  const place = undefinedIn(value)
  if (place !== undefined) {
    const what = place === '' ? 'is undefined' : `has at ${place} what is undefined`
    return { what, hint: 'check that it is set; for NULL give IsNull()' }
  }
  // TypeORM would write what it answers as SQL.
  if (typeof value === 'function') return { what: 'is a function', hint: 'give what it answers; for SQL give Raw()' }
  return undefined
}

/** Fields of the operator itself may be undefined, so that they are not looked at as those of a value. */
function operatorProblem(operator: FindOperatorParts, within: ReadonlySet<unknown>): ValueProblem | undefined {
  if (within.has(operator)) return { what: 'has an operator that contains itself', hint: 'make the operator anew' }
  const { type, value, child, objectLiteralParameters } = operator
  const here = new Set([...within, operator])
  const inner = (each: unknown) => (isFindOperator(each) ? operatorProblem(each, here) : plainProblem(each))
  if (child) return inner(child)
  if (type === 'isNull') return undefined
  const isList = Array.isArray(value)
  // TypeORM goes through anything that can be gone through: of text, letter by letter.
  if (type === 'in' && !isList) return { what: 'has no list in In()', hint: 'give a list: In([…])' }
  if (objectLiteralParameters) return plainProblem(objectLiteralParameters)
  if (!isList || !['and', 'or'].includes(type)) return inner(value)
  for (const [index, each] of value.entries()) {
    if (!isFindOperator(each)) {
      return { what: `has at [${index}] what is no operator`, hint: 'give operators, as in Or(LessThan(3), IsNull())' }
    }
    const problem = inner(each)
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
