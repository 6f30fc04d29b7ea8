import type { ContentsSequence, Finding } from '@pgark/core'
import type pg from 'pg'
import { listRelations } from '../catalogue/relations.ts'
import { readSequences } from '../catalogue/sequences.ts'
import { qualifiedName } from '../snapshot/lock-tables.ts'

/** The sequences of a backup that have another value in a database, or are not there. */
export async function compareSequences(
  client: pg.ClientBase,
  sequences: readonly ContentsSequence[],
): Promise<Finding[]> {
  if (sequences.length === 0) return []
  const relations = await listRelations(client, [])
  const existing = new Set(relations.filter(({ kind }) => kind === 'S').map(qualifiedName))
  const present = sequences.filter((sequence) => existing.has(qualifiedName(sequence)))
  const actual = new Map((await readSequences(client, present)).map((sequence) => [qualifiedName(sequence), sequence]))
  return sequences.flatMap((expected) => {
    const found = actual.get(qualifiedName(expected))
    if (found?.lastValue === expected.lastValue && found.isCalled === expected.isCalled) return []
    const message = found ? 'has another value than in the backup.' : 'is missing, the backup has it.'
    return {
      severity: 'error',
      code: 'COMPARE.SEQUENCE',
      message: `The sequence ${expected.schema}.${expected.name} ${message}`,
    }
  })
}
