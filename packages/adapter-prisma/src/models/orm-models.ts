import { type OrmModel, PgarkError } from '@pgark/core'
import { joinTablesOf } from '../psl/join-tables.ts'
import type { PslModel } from '../psl/schema.ts'

/** The models of a schema for the engine: those that the client does not have as well, and tables that no model stands for. */
export function ormModels(models: readonly PslModel[], defaultSchema: string): OrmModel[] {
  const found = [
    ...models.map((model) => ormModel(model, defaultSchema)),
    ...joinTablesOf(models).map(({ table, first }) => ({
      name: table,
      schema: first.schema ?? defaultSchema,
      table,
      columns: { A: 'A', B: 'B' },
    })),
  ]
  refuseSharedTables(found)
  return found
}

const ormModel = ({ name, schema, table, fields }: PslModel, defaultSchema: string): OrmModel => ({
  name,
  schema: schema ?? defaultSchema,
  table,
  columns: Object.fromEntries(fields.flatMap(({ name, column }) => (column === undefined ? [] : [[name, column]]))),
})

/** A filter of one would be one of the other, too. */
function refuseSharedTables(models: readonly OrmModel[]): void {
  const byTable = Map.groupBy(models, ({ schema, table }) => `${schema}.${table}`)
  for (const [table, [first, second]] of byTable) {
    if (!first || !second) continue
    throw new PgarkError('USAGE.MODEL', `${first.name} and ${second.name} are both the table ${table}.`, {
      hint: 'give each model a table of its own with @@map or @@schema',
    })
  }
}
