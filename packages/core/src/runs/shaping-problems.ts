import type { OrmWhere } from '../contracts/orm.ts'
import type { Cleaner, FilterInput } from '../contracts/shaping.ts'
import type { Problem } from '../errors/problems.ts'
import { isOrmWhere } from '../orm/orm-where.ts'
import { isObject } from './check-call.ts'

const orphanRules = ['fail', 'report', 'notValid']

interface FilterOptions {
  filters?: Readonly<Record<string, FilterInput | OrmWhere>>
  onOrphans?: string
  filterValues?: boolean
  schemaOnly?: boolean
  dataOnly?: boolean
}

/** Filters that are none, and what is to happen to orphans. */
export function* filterProblems(options: FilterOptions): Iterable<Problem> {
  const { filters, onOrphans, filterValues, schemaOnly, dataOnly } = options
  if (onOrphans !== undefined && !orphanRules.includes(onOrphans)) {
    yield { message: `Expected onOrphans to be ${orphanRules.join(', ')}, got ${onOrphans}.` }
  }
  if (onOrphans === 'notValid' && dataOnly) {
    yield {
      message: 'onOrphans notValid has no meaning with dataOnly: foreign keys are not in the backup.',
      hint: 'take fail or report',
    }
  }
  if (filters === undefined) {
    if (onOrphans !== undefined) yield { message: 'onOrphans has no meaning without filters.' }
    if (filterValues) yield { message: 'filterValues has no meaning without filters.' }
    return
  }
  if (!isObject(filters) || Array.isArray(filters)) {
    yield { message: 'Expected filters to be an object: filters by table.' }
    return
  }
  if (schemaOnly && Object.keys(filters).length > 0) yield { message: 'filters have no meaning with schemaOnly.' }
  for (const [table, filter] of Object.entries(filters)) {
    if (table === '') yield { message: 'A filter for a table without a name.' }
    else if (isPlugin(filter, 'where')) yield* contractProblems(`The filter for ${table}`, filter, 'where')
    else if (!isFilter(filter)) {
      yield {
        message: `The filter for ${table} is none.`,
        hint: "give one, for example since('created_at', '30 days'), sql`age > 18` or 'SELECT * FROM orders WHERE …'",
      }
    }
  }
}

function isFilter(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() !== ''
  if (!isObject(value)) return false
  if (isOrmWhere(value)) return true
  const { text, parts, values } = value as Record<string, unknown>
  if (Array.isArray(text)) return Array.isArray(parts)
  return typeof text === 'string' && Array.isArray(values)
}

export function* cleanerProblems(cleaners: readonly Cleaner[] | undefined): Iterable<Problem> {
  if (cleaners === undefined) return
  if (!Array.isArray(cleaners)) yield { message: 'Expected cleaners to be a list.' }
  else {
    for (const [at, cleaner] of cleaners.entries()) {
      if (isPlugin(cleaner, 'clean')) yield* contractProblems(`The cleaner at ${at}`, cleaner, 'clean')
      else {
        yield {
          message: 'A cleaner is not one that this version of @pgark/core can use.',
          hint: 'give one, for example sqlCleaner()',
        }
      }
    }
  }
}

/** Whether somebody meant to write a filter or cleaner: one of its fields is there, and none of another kind of input. */
function isPlugin(value: unknown, method: 'where' | 'clean'): value is object {
  return isObject(value) && !('text' in value) && ('specVersion' in value || method in value)
}

/** Which fields of a filter or cleaner are missing, or not what they have to be. */
function* contractProblems(what: string, plugin: object, method: 'where' | 'clean'): Iterable<Problem> {
  const { specVersion, name, [method]: call } = plugin as Record<string, unknown>
  const missing = [
    ...(specVersion === 1 ? [] : ['specVersion: 1']),
    ...(typeof name === 'string' && name !== '' ? [] : ['name: text']),
    ...(typeof call === 'function' ? [] : [`${method}(): a function`]),
  ]
  if (typeof specVersion === 'number' && specVersion !== 1) {
    yield { message: `${what} is for version ${specVersion} of the contract, this @pgark/core for version 1.` }
  } else if (missing.length > 0) yield { message: `${what} lacks ${missing.join(', ')}.` }
}
