import { type Finding, formatNumberOf } from '@pgark/core'
import { ownersOf, type TocEntry } from '@pgark/pg-archive'
import type pg from 'pg'
import type { ExistingObject } from '../parallel/existing-objects.ts'
import { inUnicode, readable } from '../parallel/in-unicode.ts'
import { refusal } from '../target-checks/target-check.ts'
import { describeObjects } from './describe-objects.ts'
import { dropStatements } from './drop-statements.ts'
import { foreignKeyProblems } from './foreign-key-order.ts'
import { forwardOnly } from './forward-sequences.ts'
import { keptFindings, withoutKept } from './kept-entries.ts'
import { loadedTables } from './loaded-tables.ts'
import { otherKinds, relationCatalogue } from './other-kinds.ts'
import type { PlanOrProblems } from './plan.ts'
import type { Existing } from './plan-existing.ts'
import { planTruncate } from './truncate.ts'

/** Oid of pg_largeobject, the same in every database. */
const largeObjectCatalogue = '2613'

/** Everything is kept as it is; rows are added to those of tables, or replace them. */
export async function planKept(client: pg.ClientBase, existing: Existing): Promise<PlanOrProblems> {
  const { found, entries, asked, encoding, database, isInOrder } = existing
  const isEmptied = existing.how === 'truncate'
  const isLargeObject = ({ classId }: ExistingObject) => classId === largeObjectCatalogue
  const largeObjects = found.filter(isLargeObject)
  const kept = new Set(found.filter((object) => !isLargeObject(object)).map(({ entry }) => entry))
  const left = withoutKept(entries, kept, (entry) => !asked.has(entry))
  const loaded = await loadedTables(client, left, encoding)
  const oids = loaded.tables.map(({ oid }) => oid)
  const truncate = await planTruncate(client, isEmptied ? oids : [], database)
  const problems: Finding[] = [
    ...(await otherKinds(client, found, entries, database)),
    ...identityProblems(left, kept, encoding),
    ...loaded.problems,
    ...truncate.problems,
    ...(oids.length > 0 ? await foreignKeyProblems(client, left, encoding, isInOrder) : []),
    ...refusal(
      'REFUSED.EXISTS',
      isEmptied ? [] : largeObjects.map(({ label }) => label),
      (names) => `${names}: already in ${database}, and nothing can be added to it; nothing was changed.`,
      'replace them (--on-existing truncate), or restore into a new database (--create-database)',
    ),
  ]
  const described = await describeObjects(client, [
    ...oids.map((objectId) => ({ classId: relationCatalogue, objectId, subId: 0 })),
    ...(isEmptied ? largeObjects : []),
  ])
  const sequences = left.filter(({ description }) => description === 'SEQUENCE SET').filter(isThere(left))
  const names = sequences.map(({ schema = '', tag = '' }) => `${schema}.${tag}`)
  const kinds = [
    ...(oids.length > 0 ? [formatNumberOf(oids.length, 'table')] : []),
    ...(isEmptied && largeObjects.length > 0 ? [formatNumberOf(largeObjects.length, 'large object')] : []),
    ...(isEmptied && sequences.length > 0 ? [`the values of ${formatNumberOf(sequences.length, 'sequence')}`] : []),
  ].join(', ')
  const statements = [
    ...truncate.statements,
    ...dropStatements(described.filter(({ type }) => type === 'large object')),
  ]
  const isForward = new Set(isEmptied ? [] : sequences)
  return {
    problems,
    plan: {
      entries: left.map((entry) => (isForward.has(entry) ? forwardOnly(entry) : entry)),
      destruction: statements.length > 0 ? { locked: [], statements, isAsFound: async () => true } : undefined,
      question:
        kinds === ''
          ? undefined
          : {
              action: `${isEmptied ? 'replace what is in' : 'add rows to'} ${kinds}`,
              objects: described.map(({ text }) => text),
            },
      findings: keptFindings(kept, encoding),
      keepsRows: !isEmptied,
      keepsTables: true,
      keptSequences: new Set(isEmptied ? [] : await inUnicode(client, encoding, names)),
    },
  }
}

/** Sequences whose values are restored without their definition. */
function isThere(left: readonly TocEntry[]): (entry: TocEntry) => boolean {
  const made = new Set(
    left.filter(({ description }) => description === 'SEQUENCE').map(({ schema, tag }) => `${schema}.${tag}`),
  )
  return ({ schema, tag }) => !made.has(`${schema}.${tag}`)
}

/** An identity column has one sequence, which is made by a change of its table. */
function identityProblems(left: readonly TocEntry[], kept: ReadonlySet<TocEntry>, encoding: string): Finding[] {
  const tables = new Map([...kept].map((entry) => [entry.dumpId, entry]))
  const isOfKept = (entry: TocEntry) =>
    ownersOf(
      entry,
      entry.dependencies.flatMap((id) => tables.get(id) ?? []),
    ).length > 0
  return refusal(
    'REFUSED.COLUMNS',
    left
      .filter((entry) => entry.description === 'SEQUENCE' && isOfKept(entry))
      .map(({ schema = '', tag = '' }) => readable(`${schema}.${tag}`, encoding)),
    (names) => `${names}: no sequence of an identity column there, as in the backup; nothing was changed.`,
    'make the tables alike, or make them anew (--on-existing drop)',
  )
}
