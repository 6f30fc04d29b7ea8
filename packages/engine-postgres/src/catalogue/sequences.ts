import type { ContentsSequence, TableName } from '@pgark/core'
import type pg from 'pg'
import { databaseError } from '../connection/database-error.ts'
import { qualifiedName } from '../snapshot/lock-tables.ts'

/** Sequences read with one statement. */
const batchSize = 100

/** The value of each sequence, and whether it was handed out. Sequences are outside transactions: this is their value now. */
export async function readSequences(
  client: pg.ClientBase,
  sequences: readonly TableName[],
): Promise<ContentsSequence[]> {
  const found: ContentsSequence[] = []
  for (let at = 0; at < sequences.length; at += batchSize) {
    const batch = sequences.slice(at, at + batchSize)
    const selects = batch.map(
      (name, index) => `SELECT ${index} AS i, last_value::text, is_called FROM ${qualifiedName(name)}`,
    )
    try {
      const { rows } = await client.query(`${selects.join(' UNION ALL ')} ORDER BY i`)
      batch.forEach(({ schema, name }, index) => {
        found.push({ schema, name, lastValue: rows[index].last_value, isCalled: rows[index].is_called })
      })
    } catch (error) {
      throw databaseError(error, 'ENGINE.SEQUENCES', 'Cannot read the values of sequences')
    }
  }
  return found
}
