import type { ColumnInfo } from '../contracts/engine.ts'
import type { OrmModel } from '../contracts/orm.ts'
import type { Filter, FilterContext, FilterInput } from '../contracts/shaping.ts'
import { didYouMean } from '../errors/closest.ts'
import { isPgarkError, PgarkError } from '../errors/pgark-error.ts'

/** A filter that may call the columns of a model's table what the model calls them. SQL is not looked into: it speaks to the database. */
export function inColumns(input: FilterInput, model: OrmModel): FilterInput {
  if (!isFilter(input)) return input
  return {
    ...{ specVersion: input.specVersion, name: input.name },
    where: (table, context) => input.where(table, { ...context, column: (name) => columnOf(name, model, context) }),
  }
}

function columnOf(name: string, { name: model, columns }: OrmModel, { column }: FilterContext): ColumnInfo {
  if (Object.hasOwn(columns, name)) return column(columns[name] as string)
  try {
    return column(name)
  } catch (error) {
    if (!isPgarkError(error)) throw error
    const hint = didYouMean(name, Object.keys(columns)) ?? error.hint
    throw new PgarkError(error.code, `${model} has no field ${name}, and its table no such column.`, {
      ...(hint !== undefined && { hint }),
      cause: error,
    })
  }
}

const isFilter = (input: FilterInput): input is Filter =>
  typeof input === 'object' && 'where' in input && typeof input.where === 'function'
