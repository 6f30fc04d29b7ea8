import type { TocEntry } from '@pgark/pg-archive'
import type { Step } from '../parallel/schedule.ts'
import { PartedTable, type TablePart } from './parted-table.ts'

/** What a worker does: restore an entry, load a part of a table, or note that all parts of one are loaded. */
export type Task = TocEntry | TablePart | PartedTable

/** Puts the parts of tables in the place of their rows; whatever comes after the rows comes after all of them. */
export function withPartSteps(
  steps: readonly Step<TocEntry>[],
  tables: ReadonlyMap<number, PartedTable>,
): readonly Step<Task>[] {
  let id = Math.min(0, ...steps.map((step) => step.id))
  return steps.flatMap((step): Step<Task>[] => {
    const table = tables.get(step.id)
    if (!table) return [step]
    const parts = table.parts.map((part) => ({ ...step, id: --id, work: part }))
    return [...parts, { ...step, after: [...step.after, ...parts.map((part) => part.id)], work: table }]
  })
}

export const isPart = (task: Task): task is TablePart => 'table' in task
export const isParted = (task: Task): task is PartedTable => task instanceof PartedTable
