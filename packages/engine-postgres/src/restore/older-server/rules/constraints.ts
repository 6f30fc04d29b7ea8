import { refused, restoreElsewhere } from '../rule.ts'
import { nameAt, placeOf, type Statement, says } from '../statement.ts'

/** The table that a statement adds a constraint to. */
function tableOf({ tokens }: Statement): string | undefined {
  if (!says(tokens, 0, 'ALTER', 'TABLE')) return undefined
  return nameAt(tokens, says(tokens, 2, 'ONLY') ? 3 : 2).name
}
const isSaid =
  (...words: string[]) =>
  (statement: Statement) =>
    placeOf(statement, ...words) !== -1

export const nullsNotDistinct = refused({
  feature: 'UNIQUE NULLS NOT DISTINCT',
  since: 15,
  mark: /NULLS NOT DISTINCT/,
  remedy: restoreElsewhere(15),
  isIn: isSaid('NULLS', 'NOT', 'DISTINCT'),
})

export const setOfColumns = refused({
  feature: 'Foreign keys with ON DELETE SET NULL or SET DEFAULT of some columns',
  since: 15,
  mark: /ON DELETE SET (NULL|DEFAULT) \(/,
  remedy: restoreElsewhere(15),
  isIn: (statement) =>
    isSaid('DELETE', 'SET', 'NULL', '(')(statement) || isSaid('DELETE', 'SET', 'DEFAULT', '(')(statement),
})

export const exclusionOfPartitions = refused({
  feature: 'Exclusion constraints on partitioned tables',
  since: 17,
  mark: /ADD CONSTRAINT [^;]* EXCLUDE /,
  remedy: restoreElsewhere(17),
  isIn: (statement, { partitioned }) => partitioned.has(tableOf(statement) ?? '') && isSaid('EXCLUDE')(statement),
})

export const temporalKeys = refused({
  feature: 'Temporal keys: WITHOUT OVERLAPS, PERIOD',
  since: 18,
  mark: /WITHOUT OVERLAPS|PERIOD /,
  remedy: restoreElsewhere(18),
  isIn: (statement) =>
    tableOf(statement) !== undefined && (isSaid('WITHOUT', 'OVERLAPS')(statement) || isSaid('PERIOD')(statement)),
})

export const notEnforced = refused({
  feature: 'Constraints that are NOT ENFORCED',
  since: 18,
  mark: /NOT ENFORCED/,
  remedy: restoreElsewhere(18),
  isIn: isSaid('NOT', 'ENFORCED'),
})

export const notValidKeyOfPartitions = refused({
  feature: 'Foreign keys of partitioned tables that are NOT VALID',
  since: 18,
  mark: /FOREIGN KEY [^;]* NOT VALID/,
  remedy: 'restore into PostgreSQL 18 or newer, or VALIDATE CONSTRAINT in the source',
  isIn: (statement, { partitioned }) =>
    partitioned.has(tableOf(statement) ?? '') &&
    isSaid('FOREIGN', 'KEY')(statement) &&
    isSaid('NOT', 'VALID')(statement),
})
