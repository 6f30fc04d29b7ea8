import type { OrmModel } from '../contracts/orm.ts'
import type { Filter, FilterInput } from '../contracts/shaping.ts'

/** A filter that may call the columns of a model's table what the model calls them. SQL is not looked into: it speaks to the database. */
export function inColumns(input: FilterInput, { columns }: OrmModel): FilterInput {
  if (!isFilter(input)) return input
  const columnOf = (name: string) => (Object.hasOwn(columns, name) ? (columns[name] as string) : name)
  return {
    ...{ specVersion: input.specVersion, name: input.name },
    where: (table, context) => input.where(table, { ...context, column: (name) => context.column(columnOf(name)) }),
  }
}

const isFilter = (input: FilterInput): input is Filter =>
  typeof input === 'object' && 'where' in input && typeof input.where === 'function'
