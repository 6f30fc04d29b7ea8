import type { PlainItem } from '@pgark/pg-archive'
import { copyIn } from './copy-in.ts'
import type { Execution } from './execution.ts'

/** Bytes between two progress events of one table. */
const progressBytes = 1024 * 1024

/** A COPY without options, as pg_dump writes it. */
const textCopy = /FROM\s+stdin\s*;$/i

/** Loads the rows of a COPY block, and notes how many the server stored and how many the backup has. */
export async function loadTable(
  item: PlainItem,
  data: AsyncIterable<Uint8Array>,
  { target, progress, run, tableOf, isTolerated, giveUp }: Execution,
): Promise<void> {
  const { table, expected, isInManifest } = tableOf(item)
  const tell = (state: 'started' | 'progress' | 'finished', rows: number, bytes: number) =>
    run.onEvent({ type: 'table', state, table, rows, bytes, ...(expected && { estimatedBytes: expected.bytes }) })
  tell('started', 0, 0)
  let bytes = 0
  let told = 0
  async function* counted() {
    try {
      for await (const chunk of data) {
        bytes += chunk.byteLength
        if (bytes - told >= progressBytes) {
          told = bytes
          tell('progress', 0, bytes)
        }
        yield chunk
      }
    } catch (error) {
      progress.sourceError = { error }
      throw error
    }
  }
  // What follows rows that may fail is still wanted.
  const rows = await copyIn(target.client, item.sql, counted(), isTolerated ? undefined : giveUp)
  progress.tables.push({ ...table, rows, expectedRows: isInManifest ? expected?.rows : rowsInScript(item) })
  tell('finished', rows, bytes)
}

/** In COPY's text format each line is a row; how many rows other formats have on a line is for the server to tell. */
function rowsInScript({ sql, copy }: PlainItem): number | undefined {
  return textCopy.test(Buffer.from(sql).toString('latin1')) ? copy?.rows : undefined
}
