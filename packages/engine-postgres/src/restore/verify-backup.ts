import type { ContentsTable, Finding, ObjectSource, RestoredTable, RunContext } from '@pgark/core'
import { TextDigester } from '../copy/text-digester.ts'
import { compareRows } from './compare-rows.ts'
import { countRows } from './count-rows.ts'
import { LargeObjectsInScript } from './large-objects-in-script.ts'
import { scriptOf } from './script-of.ts'

/** Reads a backup to its end, counting and digesting its rows and large objects, and compares them with the manifest. No server. */
export async function verifyBackup(source: ObjectSource, run: RunContext): Promise<readonly Finding[]> {
  const contents = await source.contents({ signal: run.signal })
  const tables: RestoredTable[] = []
  const findings: Finding[] = []
  const digester = new TextDigester()
  const largeObjects = new LargeObjectsInScript()
  for await (const item of scriptOf(source, { definitions: true, data: true, signal: run.signal })) {
    digester.reset()
    const counted = await countRows(item, contents, tables.length, run, (chunk) => digester.take(chunk))
    if (!counted) {
      if (contents) largeObjects.take(item.sql)
      continue
    }
    const { schema, name, rows } = counted.table
    if (isChanged(digester, contents?.tables[tables.length])) findings.push(damaged(`The rows of ${schema}.${name}`))
    tables.push(counted.table)
    run.onEvent({ type: 'table', state: 'finished', table: { schema, name }, rows, bytes: counted.bytes })
  }
  if (contents) {
    if (largeObjects.digest() !== contents.largeObjects.digest) findings.push(damaged('The large objects'))
    return [...compareRows(tables, contents), ...findings]
  }
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  return [
    {
      severity: 'info',
      code: 'VERIFY.NO_MANIFEST',
      message: `There is no manifest: the structure is whole (${tables.length} COPY blocks, ${rows} rows), changed bytes inside rows cannot be told.`,
    },
  ]
}

/** As many rows and other ones; where there are more or fewer, that is what is told. */
const isChanged = ({ rows, digest }: TextDigester, expected: ContentsTable | undefined) =>
  expected !== undefined && rows === expected.rows && digest !== expected.digest

const damaged = (what: string): Finding => ({
  severity: 'error',
  code: 'DAMAGE.DIGEST',
  message: `${what} are not those that were backed up: their digest is another one.`,
  hint: 'use another copy',
})
