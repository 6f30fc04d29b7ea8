import { type Contents, type Finding, formatNumberOf } from '@pgark/core'
import type pg from 'pg'
import { listLargeObjects } from '../catalogue/large-objects.ts'
import { databaseError } from '../connection/database-error.ts'
import { readLargeObjects } from '../copy/large-object-data.ts'
import { LargeObjectDigester } from '../copy/large-object-digester.ts'

/** All large objects of a database against those of a backup, by id and content. */
export async function compareLargeObjects(
  client: pg.ClientBase,
  expected: Contents['largeObjects'],
  signal: AbortSignal,
): Promise<Finding[]> {
  const actual = new LargeObjectDigester()
  try {
    for await (const batch of listLargeObjects(client)) {
      const oids = batch.map(({ oid }) => oid)
      for await (const { content } of actual.passing(readLargeObjects(client, oids))) {
        for await (const _ of content) signal.throwIfAborted()
      }
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw databaseError(error, 'ENGINE.LARGE_OBJECTS', 'Cannot read large objects')
  }
  if (actual.digest === expected.digest && actual.count === expected.count) return []
  const found = `The database has ${formatNumberOf(actual.count, 'large object')}`
  const message =
    actual.count === expected.count
      ? `${found} as the backup has, but not the same ones.`
      : `${found}, the backup has ${expected.count}.`
  return [{ severity: 'error', code: 'COMPARE.LARGE_OBJECTS', message }]
}
