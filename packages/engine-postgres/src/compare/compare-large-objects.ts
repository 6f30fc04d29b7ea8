import { type Contents, type Finding, formatNumberOf } from '@pgark/core'
import type pg from 'pg'
import { listLargeObjects } from '../catalogue/large-objects.ts'
import { databaseError } from '../connection/database-error.ts'
import { noRows, subtractDigests } from '../copy/digest.ts'
import { readLargeObjects } from '../copy/large-object-data.ts'
import { LargeObjectDigester } from '../copy/large-object-digester.ts'

/** Large objects by number, and the digest of their ids and contents, which adds up. */
export type LargeObjectSum = Pick<Contents['largeObjects'], 'count' | 'digest'>

const none: LargeObjectSum = { count: 0, digest: noRows }

/** All large objects of a database. */
export async function sumLargeObjects(client: pg.ClientBase, signal: AbortSignal): Promise<LargeObjectSum> {
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
  return { count: actual.count, digest: actual.digest }
}

/** All large objects of a database, but for those that it had `before`, against those of a backup, by id and content. */
export async function compareLargeObjects(
  client: pg.ClientBase,
  expected: LargeObjectSum,
  signal: AbortSignal,
  before = none,
): Promise<Finding[]> {
  const all = await sumLargeObjects(client, signal)
  const count = all.count - before.count
  if (subtractDigests(all.digest, before.digest) === expected.digest && count === expected.count) return []
  const found = `The database has ${before.count > 0 ? 'gained ' : ''}${formatNumberOf(count, 'large object')}`
  const message =
    count === expected.count
      ? `${found} as the backup has, but not the same ones.`
      : `${found}, the backup has ${expected.count}.`
  return [{ severity: 'error', code: 'COMPARE.LARGE_OBJECTS', message }]
}
