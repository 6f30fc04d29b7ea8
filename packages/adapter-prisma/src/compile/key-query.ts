import type { CompiledQuery } from '@pgark/core'
import type { PslModel } from '../psl/schema.ts'
import { wrongOrm } from '../wrong-orm.ts'
import type { RecordedQuery } from './recorder.ts'
import { inSessionZone } from './session-zone.ts'
import { driverValue } from './values.ts'

/** A model's table with its schema, as the client should call it. */
export const tableOf = ({ schema, table }: PslModel, defaultSchema: string) =>
  `${quoted(schema ?? defaultSchema)}.${quoted(table)}`

/** What a recorded query asks for. */
export interface Asked {
  /** Of the model's own table, by the names that the schema has for them. */
  readonly columns: readonly string[]
  /** What stands behind the name of the table. */
  readonly rest: string
}

/**
 * What a query on a model asks for; undefined where it asks another table, or for columns that the schema does not have. Prisma names
 * them in the order of the schema, adds the key, and gives some of them, such as enums, a type.
 */
export function askedOf(sql: string, model: PslModel, defaultSchema: string): Asked | undefined {
  const table = tableOf(model, defaultSchema)
  let rest = withoutStart(sql, 'SELECT ')
  const columns: string[] = []
  while (rest !== undefined && !rest.startsWith('FROM ')) {
    const left: string = rest
    const column = model.fields.find(
      (field) => field.column && left.startsWith(`${table}.${quoted(field.column)}`),
    )?.column
    if (column === undefined) return undefined
    columns.push(column)
    rest = left.slice(`${table}.${quoted(column)}`.length).replace(/^(::[a-z]+(\[\])?)?,? /, '')
  }
  rest = rest && withoutStart(rest, `FROM ${table} `)
  return rest === undefined ? undefined : { columns, rest }
}

const withoutStart = (text: string, start: string) => (text.startsWith(start) ? text.slice(start.length) : undefined)

/**
 * The query for the primary key that the engine is to run: its columns in the order of the key, without the `OFFSET 0` that Prisma
 * ends queries with, and that would keep the server from joining it. Throws `USAGE.ORM` where Prisma asked something else than expected.
 */
export function keyQuery(model: PslModel, query: RecordedQuery, defaultSchema: string): CompiledQuery {
  const { sql, args, argTypes } = query
  const asked = askedOf(sql, model, defaultSchema)
  const key = model.key.map((name) => columnOf(model, name))
  if (asked?.columns.length !== key.length || !key.every((column) => asked.columns.includes(column)))
    throw differs(model)
  const { rest } = asked
  const fence = ` OFFSET $${args.length}`
  if (!rest.endsWith(fence) || Number(args.at(-1)) !== 0) {
    throw wrongOrm(
      `Prisma makes another query of the condition on ${model.name} than was expected.`,
      'give a condition as sql`…`; this version of Prisma is not known here',
    )
  }
  const table = tableOf(model, defaultSchema)
  const columns = key.map((column) => `${table}.${quoted(column)}`).join(', ')
  return {
    text: inSessionZone(`SELECT ${columns} FROM ${table} ${rest.slice(0, -fence.length)}`, query),
    values: args.slice(0, -1).map((value, index) => driverValue(value, argTypes[index] ?? {})),
    // What the schema takes for the key need not be that of the table.
    key,
  }
}

/** The client was generated from another schema than the one that was read. */
export const differs = ({ name }: PslModel) =>
  wrongOrm(`The schema and the client of Prisma do not say the same of ${name}.`, 'run npx prisma generate')

const columnOf = ({ fields }: PslModel, name: string) => fields.find((field) => field.name === name)?.column ?? name

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
