import type { OnExisting, RestoreRequest } from '@pgark/core'
import { type ArchiveReader, selectEntries, type TocEntry } from '@pgark/pg-archive'
import { type ExistingObject, existingObjects } from '../parallel/existing-objects.ts'
import { encodingOf } from '../parallel/in-unicode.ts'
import type { TargetCheck } from '../target-checks/target-check.ts'
import type { ExistingPlan } from './plan.ts'
import { planDrop } from './plan-drop.ts'
import { planKept } from './plan-kept.ts'

/** What was found in a target, and what was asked to become of it. */
export interface Existing {
  readonly how: Exclude<OnExisting, 'fail'>
  readonly found: readonly ExistingObject[]
  readonly entries: readonly TocEntry[]
  /** Those that are not there only because others need them. */
  readonly asked: ReadonlySet<TocEntry>
  /** What adds tables to publications, though these may not be asked for. */
  readonly memberships: readonly TocEntry[]
  readonly encoding: string
  readonly database: string
  /** Rows are restored as they lie in the archive, by one connection. */
  readonly isInOrder: boolean
}

/** What is restored of an archive. */
export interface SelectedArchive {
  readonly reader: ArchiveReader
  readonly entries: readonly TocEntry[]
  readonly asked: ReadonlySet<TocEntry>
}

/** A check of the target that also says what is to be done there. */
export interface PlanningCheck {
  readonly check: TargetCheck
  /** When the check has run. */
  plan(): ExistingPlan
}

/** Looks at what is there of what would be created; refuses what cannot be done with it as asked. */
export function planExisting(
  how: Existing['how'],
  { reader, entries, asked }: SelectedArchive,
  { singleTransaction, sections }: Pick<RestoreRequest, 'singleTransaction' | 'sections'>,
): PlanningCheck {
  let planned: ExistingPlan = nothingThere(entries)
  const encoding = encodingOf(reader.archive.entries)
  const memberships = selectEntries(reader.archive.entries, { ...(sections && { sections }) }).filter(
    ({ description }) => description === 'PUBLICATION TABLE',
  )
  const isInOrder = singleTransaction === true || reader.readEntry === undefined
  return {
    async check({ client, server }) {
      const found = await existingObjects(client, entries, encoding)
      const existing: Existing = {
        how,
        found,
        entries,
        asked,
        memberships,
        encoding,
        database: server.database,
        isInOrder,
      }
      const { plan, problems } = await (how.startsWith('drop') ? planDrop : planKept)(client, existing)
      planned = plan
      return [...problems]
    },
    plan: () => planned,
  }
}

/** Of a restore that everything that is there is in the way of. */
export const nothingThere = (entries: readonly TocEntry[]): ExistingPlan => ({
  entries,
  destruction: undefined,
  question: undefined,
  findings: [],
  keepsRows: false,
  keepsTables: false,
  keptSequences: new Set(),
})
