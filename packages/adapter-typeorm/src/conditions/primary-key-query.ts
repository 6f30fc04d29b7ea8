import { type CompiledQuery, isPgarkError, PgarkError, undefinedIn } from '@pgark/core'
import type { BuilderParts, EntityParts } from '../data-source.ts'
import { wrongCondition } from './wrong-condition.ts'

/** The builder, now for nothing but the columns of the primary key, under their own names. Rows found twice by joins stay twice. */
export function selectPrimaryKey(
  builder: BuilderParts,
  { name, tableType, primaryColumns }: EntityParts,
): BuilderParts {
  if (tableType === 'view')
    throw wrongCondition(`${name} is a view, which has no rows of its own.`, 'filter the tables that have the rows')
  if (primaryColumns.length === 0) {
    throw wrongCondition(`${name} has no primary key, by which its rows would be chosen.`, 'give a condition as sql`…`')
  }
  // As expressions: columns that TypeORM knows it puts into an order of its own, and under names that it makes.
  return primaryColumns.reduce(
    (selected, { databaseName }) =>
      selected.addSelect(`${builder.escape(builder.alias)}.${builder.escape(databaseName)}`, databaseName),
    builder.select([]).setOption('disable-global-order'),
  )
}

/** Throws `USAGE.FILTER` where TypeORM makes no query of it. What it says itself may quote the condition, and is not passed on. */
export function compiled({ primaryColumns }: EntityParts, make: () => BuilderParts): CompiledQuery {
  const [text, values] = queryOf(make)
  const place = undefinedIn(values)
  if (place !== undefined) {
    throw wrongCondition(
      `A parameter of the query is or has what is undefined.`,
      'check that it is set; for NULL give null',
    )
  }
  // What the entity takes for the key need not be that of the table.
  return { text, values, key: primaryColumns.map(({ databaseName }) => databaseName) }
}

function queryOf(make: () => BuilderParts): [string, unknown[]] {
  try {
    return make().getQueryAndParameters()
  } catch (error) {
    if (isPgarkError(error)) throw error
    const name = error instanceof Error ? error.name : 'no error'
    throw new PgarkError('USAGE.FILTER', `TypeORM makes no query of the condition (${name}).`, {
      hint: 'try it with find(); transformers of columns get the values of conditions, too',
    })
  }
}
