import type { CompiledQuery, OrmModel, OrmWhere } from '@pgark/core'
import { isPgarkError } from '@pgark/core'
import type { PslModel } from '../psl/schema.ts'
import { type UsedField, usedFields } from './check-condition.ts'
import { askedOf, differs, keyQuery } from './key-query.ts'
import type { Recorder } from './recorder.ts'
import { refuseTimetz } from './refuse-zones.ts'
import { wrongCondition } from './wrong-condition.ts'

export interface Compiler {
  compile(model: OrmModel, where: OrmWhere): Promise<CompiledQuery>
}

/** Has the client write down what it would ask. */
export function compiler(models: readonly PslModel[], record: Recorder, defaultSchema: string): Compiler {
  const byName = new Map(models.map((model) => [model.name, model]))
  const checked = new Set<string>()

  /** The schema and the client say the same of a field: what the client asks for is the column that the schema tells. */
  async function checkMapping({ model, field }: UsedField): Promise<void> {
    const which = `${model.name}.${field.name}`
    if (field.column === undefined || checked.has(which)) return
    const [asked] = await Promise.allSettled([record.findMany(model.name, { select: { [field.name]: true } })])
    if (asked.status === 'rejected') throw isPgarkError(asked.reason) ? asked.reason : differs(model)
    if (!askedOf(asked.value.sql, model, defaultSchema)?.columns.includes(field.column)) throw differs(model)
    checked.add(which)
  }

  return {
    async compile({ name }, where) {
      const model = byName.get(name)
      if (!model || model.isIgnored) throw notQueried(name, model)
      if (where.orm !== 'prisma')
        throw wrongCondition(`The condition on ${name} is one of ${where.orm}.`, 'use where() of @pgark/adapter-prisma')
      if (model.isView)
        throw wrongCondition(`${name} is a view, which has no rows of its own.`, 'filter the tables that have the rows')
      if (model.key.length === 0) {
        throw wrongCondition(
          `${name} has no @id or @@id, by which its rows could be told.`,
          'give a condition as sql`…`',
        )
      }
      const used = usedFields(model, where.condition, byName)
      const key = model.fields.filter((field) => model.key.includes(field.name)).map((field) => ({ model, field }))
      for (const each of [...key, ...used]) await checkMapping(each)
      const select = Object.fromEntries(model.key.map((field) => [field, true as const]))
      const [asked] = await Promise.allSettled([record.findMany(name, { select, where: where.condition })])
      if (asked.status === 'rejected')
        throw isPgarkError(asked.reason) ? asked.reason : refused(name, asked.reason, used)
      refuseTimetz(name, asked.value.argTypes)
      return keyQuery(model, asked.value, defaultSchema)
    },
  }
}

function notQueried(name: string, model: PslModel | undefined) {
  const why = model ? 'is ignored in the schema, so that Prisma cannot query it' : 'is no model that Prisma can query'
  return wrongCondition(`${name} ${why}.`, 'give a condition as sql`…`')
}

/**
 * Prisma's own message repeats the condition with its values, and is not passed on: only the argument, where it is the name of a field
 * or an operator, and the types that it should have.
 */
function refused(name: string, error: unknown, used: readonly UsedField[]) {
  const message = error instanceof Error ? error.message : ''
  const told = message.slice(message.lastIndexOf('\n') + 1)
  const [, argument] = /rgument `([A-Za-z_]+)`/.exec(told) ?? []
  const isKnown = used.some(({ field }) => field.name === argument) || operators.has(argument ?? '')
  const [, types] = /Expected ((?:[A-Z][A-Za-z\d-]*|decimal|or|,| )+?)(?:, provided|\.)/.exec(told) ?? []
  return wrongCondition(
    `Prisma does not take the condition on ${name}${isKnown ? `: the value of ${argument} is none that it can have` : ''}.`,
    types === undefined ? 'try it in a query of your own' : `give ${types.trim()}`,
  )
}

/** https://www.prisma.io/docs/orm/reference/prisma-client-reference#filter-conditions-and-operators */
const operators: ReadonlySet<string> = new Set([
  ...['equals', 'not', 'in', 'notIn', 'lt', 'lte', 'gt', 'gte', 'contains', 'startsWith', 'endsWith', 'mode', 'search'],
  ...['has', 'hasEvery', 'hasSome', 'isEmpty', 'path', 'string_contains', 'string_starts_with', 'string_ends_with'],
  ...[
    'array_contains',
    'array_starts_with',
    'array_ends_with',
    'some',
    'every',
    'none',
    'is',
    'isNot',
    'AND',
    'OR',
    'NOT',
  ],
])
