import { didYouMean, isPgarkError, type Problem, refuseProblems } from '@pgark/core'
import type { PslField, PslModel } from '../psl/schema.ts'
import { refuseZones } from './refuse-zones.ts'
import { undefinedAt } from './undefined-at.ts'
import { wrongCondition } from './wrong-condition.ts'

/** A field that a condition speaks of. */
export interface UsedField {
  readonly model: PslModel
  readonly field: PslField
}

/**
 * The fields that a condition speaks of. Throws `USAGE.FILTER` where something in it is undefined, which Prisma passes over, so that
 * the condition would mean everything; `USAGE.MODEL` where a model has no such field, all of them at once.
 */
export function usedFields(model: PslModel, condition: unknown, models: ReadonlyMap<string, PslModel>): UsedField[] {
  try {
    return fieldsOf(model, condition, models)
  } catch (error) {
    // What a getter throws may have a value in its message.
    throw isPgarkError(error)
      ? error
      : wrongCondition(`The condition on ${model.name} cannot be read: a getter in it throws.`, 'give plain values')
  }
}

function fieldsOf(model: PslModel, condition: unknown, models: ReadonlyMap<string, PslModel>): UsedField[] {
  if (!isRecord(condition)) {
    throw wrongCondition(`The condition on ${model.name} is no object.`, "give what stands in a query's where")
  }
  const place = undefinedAt(condition)
  if (place !== undefined) {
    throw wrongCondition(
      `The condition on ${model.name} has at ${place.replace(/^\./, '')} what is undefined: Prisma would leave it out.`,
      'check that the value is set; for NULL give null',
    )
  }
  const problems: Problem[] = []
  const used: UsedField[] = []
  walk(condition, model, [])
  refuseProblems(problems, 'USAGE.MODEL')
  return used

  function walk(within: unknown, on: PslModel, around: readonly unknown[]): void {
    if (around.includes(within)) throw wrongCondition(`The condition on ${model.name} contains itself.`, 'write it out')
    if (Array.isArray(within)) for (const each of within) walk(each, on, [...around, within])
    else if (isRecord(within))
      for (const [key, value] of Object.entries(within)) take(key, value, on, [...around, within])
  }

  function take(key: string, value: unknown, on: PslModel, around: readonly unknown[]): void {
    if (joining.has(key)) {
      walk(value, on, around)
      return
    }
    const field = on.fields.find(({ name }) => name === key)
    if (!field || field.isHidden) {
      problems.push(field ? hidden(field, on) : unknown(key, on))
      return
    }
    used.push({ model: on, field })
    refuseZones(on, field, value, models)
    const other = field.relation && models.get(field.type)
    if (!other || !isRecord(value)) return
    const inner = Object.entries(value)
    const isShort = !field.isList && !inner.every(([name]) => name === 'is' || name === 'isNot')
    if (isShort) walk(value, other, around)
    else for (const [, each] of inner) walk(each, other, [...around, value])
  }
}

const joining: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT'])

/** What stands beside `where` in a query, and chooses rows by other means. */
const beside: ReadonlySet<string> = new Set([
  'where',
  'take',
  'skip',
  'cursor',
  'orderBy',
  'distinct',
  'select',
  'include',
])

function unknown(key: string, { name, fields }: PslModel): Problem {
  const message = `${name} has no field ${key}.`
  if (beside.has(key)) return { message, hint: 'give only what stands in where: a filter chooses rows by nothing else' }
  const hint = didYouMean(
    key,
    fields.flatMap((field) => (field.isHidden ? [] : [field.name])),
  )
  return { message, ...(hint !== undefined && { hint }) }
}

const hidden = (field: PslField, { name }: PslModel): Problem => ({
  message: `Prisma does not know ${field.name} of ${name}, which is ${field.type === 'Unsupported' ? 'Unsupported' : 'ignored'} in the schema.`,
  hint: `give a condition on the column as sql\`…\`${field.column === undefined ? '' : `; it is called ${field.column}`}`,
})

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
