import type { Finding, ObjectSource, RestoredTable, RunContext } from '@pgark/core'
import { compareRows } from './compare-rows.ts'
import { countRows } from './count-rows.ts'
import { scriptOf } from './script-of.ts'

/** Reads a backup to its end, counting the rows of every COPY block, and compares them with the manifest. No server. */
export async function verifyBackup(source: ObjectSource, run: RunContext): Promise<readonly Finding[]> {
  const contents = await source.contents({ signal: run.signal })
  const tables: RestoredTable[] = []
  for await (const item of scriptOf(source, { definitions: true, data: true, signal: run.signal })) {
    const counted = await countRows(item, contents, tables.length, run)
    if (!counted) continue
    const { schema, name, rows } = counted.table
    tables.push(counted.table)
    run.onEvent({ type: 'table', state: 'finished', table: { schema, name }, rows, bytes: counted.bytes })
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
