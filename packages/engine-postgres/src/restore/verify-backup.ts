import type { Finding, ObjectSource, RestoredTable, RunContext } from '@pgark/core'
import { compareRows } from './compare-rows.ts'
import { scriptOf } from './script-of.ts'
import { writtenName } from './written-name.ts'

/** Reads a backup to its end, counting the rows of every COPY block, and compares them with the manifest. No server. */
export async function verifyBackup(source: ObjectSource, run: RunContext): Promise<readonly Finding[]> {
  const contents = await source.contents({ signal: run.signal })
  const tables: RestoredTable[] = []
  for await (const { summary, copy } of scriptOf(source, { definitions: true, data: true, signal: run.signal })) {
    if (!copy) continue
    const expected = contents?.tables[tables.length]
    const table = expected ? { schema: expected.schema, name: expected.name } : writtenName(summary.object ?? '')
    let bytes = 0
    for await (const chunk of copy) {
      run.signal.throwIfAborted()
      bytes += chunk.byteLength
    }
    tables.push({ ...table, rows: copy.rows, expectedRows: expected?.rows })
    run.onEvent({ type: 'table', state: 'finished', table, rows: copy.rows, bytes })
  }
  if (contents) return compareRows(tables, contents)
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  return [
    {
      severity: 'info',
      code: 'VERIFY.NO_MANIFEST',
      message: `There is no manifest: the structure is whole (${tables.length} COPY blocks, ${rows} rows), changed bytes inside rows cannot be told.`,
    },
  ]
}
