import type { Selection } from '../contracts/engine.ts'
import type { OrmAdapter, OrmModel, OrmWhere } from '../contracts/orm.ts'
import type { FilterInput } from '../contracts/shaping.ts'
import { didYouMean } from '../errors/closest.ts'
import { isPgarkError, PgarkError } from '../errors/pgark-error.ts'
import { type Problem, refuseProblems } from '../errors/problems.ts'
import { inColumns } from './in-columns.ts'
import { isOrmWhere } from './orm-where.ts'

/** Patterns that models may be meant by. */
const tableLists = ['tables', 'excludeTables', 'excludeTableData'] as const

interface InModels {
  readonly selection: Selection
  readonly filters?: Readonly<Record<string, FilterInput | OrmWhere>>
}

interface InTables {
  readonly selection: Selection
  readonly filters: Readonly<Record<string, FilterInput>>
}

/**
 * What an application says of its models, said of tables: their names in a selection and as keys of filters, names of fields in filters,
 * conditions of the ORM. A name that is no model's stays the pattern that it is, unless only a model can be meant. Opens no connection.
 * Throws all problems at once: `USAGE.MODEL` for unknown names, otherwise `USAGE.FILTER`.
 */
export async function inTables(given: InModels, orm: OrmAdapter | undefined): Promise<InTables> {
  const { selection, filters = {} } = given
  const conditions = Object.entries(filters).filter(([, filter]) => isOrmWhere(filter))
  if (!orm) {
    refuseProblems(
      conditions.map(([key, filter]) => withoutAdapter(key, filter as OrmWhere)),
      'USAGE.FILTER',
    )
    return { selection, filters: filters as Readonly<Record<string, FilterInput>> }
  }
  // An application whose models cannot be read can still be backed up whole.
  if (Object.keys(filters).length === 0 && !tableLists.some((list) => selection[list]?.length)) {
    return { selection, filters: {} }
  }
  const models = await orm.models()
  const unknown: Problem[] = []
  const modelOf = (name: string) => {
    const [model, ...others] = models.filter((one) => one.name === name)
    // Of two readings the wrong one would leave rows out, or in.
    const table = models.find((one) => one.table === name && one.name !== name)
    if (model && (others.length > 0 || (table && table.table !== model.table)))
      unknown.push(ambiguous(name, [model, ...others, ...(table ? [table] : [])]))
    return model
  }
  const tableOf = (name: string) => {
    const model = modelOf(name)
    if (!model && isModelName(name)) unknown.push(noModel(name, models, orm))
    if (model?.isPartOfTable) unknown.push(partOfTable(model, models))
    return model ? patternOf(model) : name
  }
  const translated = Object.fromEntries(
    tableLists.flatMap((list) => (selection[list] ? [[list, selection[list]?.map(tableOf)]] : [])),
  )
  const wrong: Problem[] = []
  const found = new Map<string, string>()
  const compiled: [string, FilterInput][] = []
  for (const [key, filter] of Object.entries(filters)) {
    const model = modelOf(key)
    const table = model ? patternOf(model) : key
    const other = found.get(table)
    if (other !== undefined) unknown.push(onOneTable(other, key, table))
    found.set(table, key)
    if (!model) {
      if (isOrmWhere(filter) || isModelName(key)) unknown.push(noModel(key, models, orm))
      else compiled.push([key, filter])
      continue
    }
    try {
      compiled.push([table, await filterOf(filter, model, orm)])
    } catch (error) {
      if (!isPgarkError(error) || !['USAGE.FILTER', 'USAGE.MODEL'].includes(error.code)) throw error
      const problem = { message: `The filter for ${key}: ${error.message}`, ...(error.hint && { hint: error.hint }) }
      ;(error.code === 'USAGE.MODEL' ? unknown : wrong).push(problem)
    }
  }
  refuseProblems([...unknown, ...wrong], unknown.length > 0 ? 'USAGE.MODEL' : 'USAGE.FILTER')
  return { selection: { ...selection, ...translated }, filters: Object.fromEntries(compiled) }
}

async function filterOf(filter: FilterInput | OrmWhere, model: OrmModel, orm: OrmAdapter): Promise<FilterInput> {
  if (!isOrmWhere(filter)) return inColumns(filter, model)
  if (filter.orm === orm.name) return await orm.compile(model, filter)
  throw new PgarkError(
    'USAGE.FILTER',
    `It is a where() for ${filter.orm}, and the engine has the models of ${orm.name}.`,
    {
      hint: 'take the where() of the adapter that the engine has',
    },
  )
}

/** A model by the pattern that means its table and nothing else. */
const patternOf = ({ schema, table }: OrmModel) =>
  [...(schema === undefined ? [] : [schema]), table].map((name) => `"${name.replaceAll('"', '""')}"`).join('.')

/** As a pattern it would be read in lower case, which nobody means who writes it so. */
const isModelName = (name: string) => /^[^"*?.]*[A-Z][^"*?.]*$/.test(name)

const namesOf = (models: readonly OrmModel[]) => models.map(({ name }) => name)

const noModel = (name: string, models: readonly OrmModel[], { name: orm }: OrmAdapter): Problem => ({
  message: `${orm} knows no model ${name}.`,
  hint: didYouMean(name, namesOf(models)) ?? 'a table is meant by its own name: in lower case, or within double quotes',
})

/** Whoever leaves photos out does not mean articles. */
function partOfTable({ name, table, schema }: OrmModel, models: readonly OrmModel[]): Problem {
  const whole = models.find((one) => one.table === table && one.schema === schema && !one.isPartOfTable)
  return {
    message: `${name} is only some of the rows of the table ${table}.`,
    hint: `${whole ? `name ${whole.name} for the whole table, or ` : ''}choose rows with filters`,
  }
}

const ambiguous = (name: string, models: readonly OrmModel[]): Problem => ({
  message: `${name} could be one of several tables: ${models.map(patternOf).join(', ')}.`,
  hint: 'name the table itself, within double quotes and with its schema',
})

const onOneTable = (one: string, other: string, table: string): Problem => ({
  message: `The filters for ${one} and ${other} are both for the table ${table}.`,
  hint: 'write one condition, for one of them',
})

const withoutAdapter = (key: string, { orm }: OrmWhere): Problem => ({
  message: `The filter for ${key} is a where() for ${orm}, and the engine knows no models.`,
  hint: 'give the engine the adapter, for example postgres(fromPrisma(prisma))',
})
