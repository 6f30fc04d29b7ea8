import type { Finding } from '@pgark/core'
import type { TocEntry } from '@pgark/pg-archive'
import type pg from 'pg'
import type { ExistingObject } from '../parallel/existing-objects.ts'
import { refusal } from '../target-checks/target-check.ts'
import { describeObjects } from './describe-objects.ts'

/** The server's letters for what an entry of each kind makes. */
const relationKinds: Readonly<Record<string, RegExp>> = {
  TABLE: /[rp]/,
  VIEW: /v/,
  'MATERIALIZED VIEW': /m/,
  SEQUENCE: /S/,
  'FOREIGN TABLE': /f/,
  INDEX: /[iI]/,
}
/** Oid of pg_class, the same in every database. */
export const relationCatalogue = '1259'

/** What is something else there cannot be kept in its place. */
export async function otherKinds(
  client: pg.ClientBase,
  found: readonly ExistingObject[],
  entries: readonly TocEntry[],
  database: string,
): Promise<Finding[]> {
  const relations = found.filter(
    ({ entry, classId }) => classId === relationCatalogue && relationKinds[entry.description ?? ''] !== undefined,
  )
  const described = await describeObjects(client, relations)
  // The rows of a table without partitions go into one that has some, too; but nothing can be attached to one that has none.
  const withPartitions = new Set(
    entries
      .filter(({ description }) => description === 'TABLE ATTACH')
      .map(({ dependencies: [, partitioned] }) => partitioned),
  )
  return refusal(
    'REFUSED.EXISTS',
    described.flatMap(({ kind = '', text }, at) => {
      const { description = '', dumpId = 0 } = relations[at]?.entry ?? {}
      if (!relationKinds[description]?.test(kind)) return [`${text} (in the backup a ${description})`]
      return withPartitions.has(dumpId) && kind !== 'p'
        ? [`${text} (in the backup a ${description} of partitions)`]
        : []
    }),
    (names) => `${names}: something else of the same name is in ${database}; nothing was changed.`,
    'rename or drop it, or have it dropped (--on-existing drop)',
  )
}
