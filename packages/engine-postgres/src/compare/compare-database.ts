import type { Contents, Finding, ObjectSource, RunContext, Selection } from '@pgark/core'
import type { Connector } from '../connection/connect.ts'
import { databaseError } from '../connection/database-error.ts'
import { hasOldNames, underOldNames } from '../rename/old-names.ts'
import { meansEverything } from '../selection/select-relations.ts'
import { chooseComparable } from './choose-comparable.ts'
import { compareLargeObjects } from './compare-large-objects.ts'
import { compareSequences } from './compare-sequences.ts'
import { compareTables } from './compare-tables.ts'
import { withDigestReaders } from './digest-readers.ts'

/** Two keep a server's disk and a client's processor busy. */
const defaultJobs = 2

/**
 * Compares a backup with a live database, at one instant of it: rows and digest of every table, values of sequences, large objects.
 * What the database has beyond the backup is no difference, but for rows and large objects.
 */
export async function compareDatabase(
  connector: Connector,
  source: ObjectSource,
  run: RunContext,
): Promise<readonly Finding[]> {
  const contents = await source.contents({ signal: run.signal })
  if (!contents)
    return [
      {
        severity: 'error',
        code: 'COMPARE.NO_MANIFEST',
        message: 'Without a manifest there is nothing to compare with.',
      },
    ]
  run.onEvent({ type: 'phase', name: 'compare' })
  try {
    return await withDigestReaders(connector, defaultJobs, run, async (opened) => {
      const { client } = opened.readers[0]
      const isSource = contents.renamed && (await hasOldNames(client, contents))
      const named = isSource && contents.renamed ? underOldNames(contents, contents.renamed) : contents
      const { sequences, largeObjects, source: from } = named
      const { tables, filters, findings } = await chooseComparable(client, named)
      return [
        ...(isSource ? [comparedUnderOldNames] : []),
        ...findings,
        ...(await compareTables(opened, tables, { encoding: from.encoding, filters }, run)),
        ...(await compareSequences(client, sequences)),
        ...(hasLargeObjects(contents) ? await compareLargeObjects(client, largeObjects, run.signal) : []),
      ]
    })
  } catch (error) {
    if (run.signal.aborted) throw run.signal.reason
    throw databaseError(error, 'ENGINE.COMPARE', `Cannot compare with ${connector.target}`)
  }
}

/** Whether the backup has all of them, be it none. */
function hasLargeObjects({ largeObjects, selection }: Contents): boolean {
  const selected = selection as Selection
  return largeObjects.count > 0 || (meansEverything(selected) && !selected.schemaOnly)
}

const comparedUnderOldNames: Finding = {
  severity: 'info',
  code: 'COMPARE.RENAMED',
  message: 'The backup was written under new names; it is compared with what has the old ones.',
}
