import type { Contents, RestoredTable, RunContext } from '@pgark/core'
import type { PlainItem } from '@pgark/pg-archive'
import { tableOf } from './table-of.ts'

export interface CountedRows {
  readonly table: RestoredTable
  readonly bytes: number
}

/** Reads the rows of a COPY block to their end; other statements have none. `before` is how many tables came before it. */
export async function countRows(
  item: PlainItem,
  contents: Contents | undefined,
  before: number,
  run: RunContext,
  onChunk: (chunk: Uint8Array) => void = () => {},
): Promise<CountedRows | undefined> {
  if (!item.copy) return undefined
  let bytes = 0
  for await (const chunk of item.copy) {
    run.signal.throwIfAborted()
    bytes += chunk.byteLength
    onChunk(chunk)
  }
  const { table, expected } = tableOf(item, contents, before)
  return { table: { ...table, rows: item.copy.rows, expectedRows: expected?.rows }, bytes }
}
