import type { RunContext } from '../contracts/run.ts'

/** What has been done of a run, as its events tell. */
export interface Tally {
  /** Tables of the backup that were read to their end, and their rows. */
  tables: number
  rows: number
  /** A database was changed or compared. */
  hasDatabase: boolean
  /** A database was read to compare it. */
  hasCompared: boolean
}

/** Counts what passes. */
export function tallied(run: RunContext): { readonly run: RunContext; readonly tally: Tally } {
  const tally: Tally = { tables: 0, rows: 0, hasDatabase: false, hasCompared: false }
  const onEvent: RunContext['onEvent'] = (event) => {
    if (event.type === 'phase') {
      tally.hasCompared ||= event.name === 'compare'
      tally.hasDatabase ||= event.name === 'compare' || event.name === 'restore'
    }
    // From then on they are the database's.
    if (event.type === 'table' && event.state === 'finished' && !tally.hasCompared) {
      tally.tables += 1
      tally.rows += event.rows
    }
    run.onEvent(event)
  }
  return { run: { ...run, onEvent }, tally }
}
