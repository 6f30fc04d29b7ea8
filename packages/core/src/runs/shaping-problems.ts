import type { Cleaner, FilterInput } from '../contracts/shaping.ts'
import type { Problem } from '../errors/problems.ts'
import { isObject } from './check-call.ts'

const orphanRules = ['fail', 'report', 'notValid']

interface FilterOptions {
  filters?: Readonly<Record<string, FilterInput>>
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
  const { specVersion, where, text, parts, values } = value as Record<string, unknown>
  if (specVersion === 1) return typeof where === 'function'
  if (Array.isArray(text)) return Array.isArray(parts)
  return typeof text === 'string' && Array.isArray(values)
}

export function* cleanerProblems(cleaners: readonly Cleaner[] | undefined): Iterable<Problem> {
  if (cleaners === undefined) return
  if (!Array.isArray(cleaners)) yield { message: 'Expected cleaners to be a list.' }
  else if (!cleaners.every(isCleaner)) {
    yield {
      message: 'A cleaner is not one that this version of @pgark/core can use.',
      hint: 'give one, for example sqlCleaner()',
    }
  }
}

function isCleaner(value: unknown): boolean {
  if (!isObject(value)) return false
  const { specVersion, clean } = value as Record<string, unknown>
  return specVersion === 1 && typeof clean === 'function'
}
