import type { ContentsTable, RestoredTable, RunContext, RunEvent } from '@pgark/core'
import type { TocEntry } from '@pgark/pg-archive'
import { partContent, type StoredPart } from './part-content.ts'

/** A part of a table, which any worker can load. */
export interface TablePart {
  readonly table: PartedTable
  content(signal: AbortSignal): AsyncGenerator<Uint8Array>
}

/** A table whose rows several workers load at once, each part in a transaction of its own. */
export class PartedTable {
  readonly entry: TocEntry
  readonly parts: readonly TablePart[]
  readonly #expected: ContentsTable
  #loaded = 0
  #rows = 0
  #bytes = 0
  #isStarted = false

  constructor(entry: TocEntry, expected: ContentsTable, stored: readonly StoredPart[]) {
    this.entry = entry
    this.#expected = expected
    this.parts = stored.map((part) => ({ table: this, content: (signal) => partContent(part, signal) }))
  }

  /** Some of its rows are there, and others are not. */
  get isPartial(): boolean {
    return this.#loaded > 0 && this.#loaded < this.parts.length
  }

  get restored(): RestoredTable {
    const { schema, name, rows: expectedRows } = this.#expected
    return { schema, name, rows: this.#rows, expectedRows }
  }

  /** Of all its parts. */
  get knownRows(): number {
    return this.#expected.rows
  }

  partLoaded(rows: number): void {
    this.#loaded += 1
    this.#rows += rows
  }

  /** For a part: what is told of it is told of the table as a whole. */
  runOfPart(run: RunContext): RunContext {
    let bytes = 0
    return {
      ...run,
      onEvent: (event: RunEvent) => {
        if (event.type !== 'table') return run.onEvent(event)
        this.#bytes += event.bytes - bytes
        bytes = event.bytes
        if (event.state !== 'started')
          run.onEvent({ ...event, state: 'progress', rows: this.#rows, bytes: this.#bytes })
        else if (!this.#isStarted) run.onEvent(event)
        this.#isStarted = true
      },
    }
  }

  /** All parts are loaded. */
  finish(run: RunContext): void {
    const { schema, name, bytes } = this.#expected
    const table = { schema, name }
    run.onEvent({
      type: 'table',
      state: 'finished',
      table,
      rows: this.#rows,
      bytes: this.#bytes,
      estimatedBytes: bytes,
    })
  }
}
