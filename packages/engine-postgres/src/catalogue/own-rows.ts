import { quoteIdentifier } from '@pgark/pg-sql'
import { qualifiedName } from '../snapshot/lock-tables.ts'
import type { Relation } from './relations.ts'

/** Which rows of a table, and what conditions on them call it. */
export interface WantedRows {
  /** What stands after WHERE. It ends in no comment, and is one piece. */
  readonly condition: string
  readonly alias: string
}

/**
 * What follows FROM to read a table's own rows, none of its children's, and of them those that are wanted; of an extension's table
 * only what is the user's own.
 */
export function ownRows(relation: Relation, wanted?: WantedRows, range?: string): string {
  const alias = wanted ? ` AS ${quoteIdentifier(wanted.alias)}` : ''
  const conditions = [...(range === undefined ? [] : [range]), ...(wanted ? [`(${wanted.condition})`] : [])]
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''
  const own = `ONLY ${qualifiedName(relation)}`
  if (!relation.extensionCondition) return `${own}${alias}${where}`
  // Which comes with its own WHERE.
  const configuration = `${own} ${relation.extensionCondition}`
  return where ? `(SELECT * FROM ${configuration})${alias}${where}` : configuration
}
