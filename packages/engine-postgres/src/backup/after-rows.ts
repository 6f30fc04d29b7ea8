import type { ContentsSequence, TableName } from '@pgark/core'
import { quoteLiteral } from '@pgark/pg-sql'
import { qualifiedName } from '../snapshot/lock-tables.ts'

/** Gives a sequence its value. */
export function setvalSql(sequence: ContentsSequence): string {
  const { lastValue, isCalled } = sequence
  return `SELECT pg_catalog.setval(${quoteLiteral(qualifiedName(sequence))}, ${lastValue}, ${isCalled});\n`
}

/** Fills a materialised view. */
export const refreshSql = (view: TableName) => `REFRESH MATERIALIZED VIEW ${qualifiedName(view)};\n`
