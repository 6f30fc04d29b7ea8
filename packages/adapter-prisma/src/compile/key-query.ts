import type { CompiledQuery } from '@pgark/core'
import type { PslModel } from '../psl/schema.ts'
import { wrongOrm } from '../wrong-orm.ts'
import type { RecordedQuery } from './recorder.ts'
import { driverValue } from './values.ts'

/** A model's table with its schema, as the client should call it. */
export const tableOf = ({ schema, table }: PslModel, defaultSchema: string) =>
  `${quoted(schema ?? defaultSchema)}.${quoted(table)}`

/** What a query for these fields begins with. Prisma asks for columns in the order of the schema, whatever the order they are named in. */
export function beginOf(model: PslModel, names: readonly string[], defaultSchema: string): string {
  const columns = model.fields.filter(({ name }) => names.includes(name)).map(({ name }) => name)
  return `SELECT ${columnsOf(model, columns, defaultSchema)} FROM ${tableOf(model, defaultSchema)} `
}

/**
 * The query for the primary key that the engine is to run: its columns in the order of the key, without the `OFFSET 0` that Prisma
 * ends queries with, and that would keep the server from joining it. Throws `USAGE.ORM` where Prisma asked something else than expected.
 */
export function keyQuery(
  model: PslModel,
  { sql, args, argTypes }: RecordedQuery,
  defaultSchema: string,
): CompiledQuery {
  const begin = beginOf(model, model.key, defaultSchema)
  if (!sql.startsWith(begin)) throw differs(model)
  const fence = ` OFFSET $${args.length}`
  if (!sql.endsWith(fence) || Number(args.at(-1)) !== 0) {
    throw wrongOrm(
      `Prisma makes another query of the condition on ${model.name} than was expected.`,
      'give a condition as sql`…`; this version of Prisma is not known here',
    )
  }
  const keys = columnsOf(model, model.key, defaultSchema)
  return {
    text: `SELECT ${keys} FROM ${tableOf(model, defaultSchema)} ${sql.slice(begin.length, -fence.length)}`,
    values: args.slice(0, -1).map((value, index) => driverValue(value, argTypes[index] ?? {})),
  }
}

/** The client was generated from another schema than the one that was read. */
export const differs = ({ name }: PslModel) =>
  wrongOrm(`The schema and the client of Prisma do not say the same of ${name}.`, 'run npx prisma generate')

function columnsOf(model: PslModel, names: readonly string[], defaultSchema: string): string {
  const columns = names.map((name) => model.fields.find((field) => field.name === name)?.column ?? name)
  return columns.map((column) => `${tableOf(model, defaultSchema)}.${quoted(column)}`).join(', ')
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
