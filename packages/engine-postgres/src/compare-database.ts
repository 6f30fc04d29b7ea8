import type { ContentsTable, Finding, ObjectSource, RunContext, TableName } from '@pgark/core'
import type { Connector } from './connection/connect.ts'
import { databaseError, sqlstate } from './connection/database-error.ts'
import { beginPinned } from './connection/pinned-transaction.ts'
import { qualifiedName } from './snapshot/lock-tables.ts'

const isMissing = /^(42P01|3F000)$/

/**
 * Counts the rows of every table of a backup in a live database, at one instant. Rows that are loaded through the root of a
 * partition tree may lie in other partitions after a restore; they are counted there as a whole.
 */
export async function compareDatabase(
  connector: Connector,
  source: ObjectSource,
  run: RunContext,
): Promise<readonly Finding[]> {
  const contents = await source.contents({ signal: run.signal })
  if (!contents)
    return [
      {
        severity: 'error',
        code: 'COMPARE.NO_MANIFEST',
        message: 'Without a manifest there is nothing to compare with.',
      },
    ]
  const client = await connector.connect(run.signal)
  const findings: Finding[] = []
  try {
    await beginPinned(client, connector.options.lockTimeoutMs, 'REPEATABLE READ')
    await client.query('SET LOCAL row_security = off')
    for (const { table, rows, whole } of expectedCounts(contents.tables)) {
      run.signal.throwIfAborted()
      const name = `${table.schema}.${table.name}`
      try {
        await client.query('SAVEPOINT counting')
        const result = await client.query(
          `SELECT count(*)::float8 AS rows FROM ${whole ? '' : 'ONLY '}${qualifiedName(table)}`,
        )
        await client.query('RELEASE counting')
        const actual: number = result.rows[0].rows
        if (actual !== rows) findings.push(difference(`${name} has ${actual} rows, the backup has ${rows}.`))
      } catch (error) {
        if (!isMissing.test(sqlstate(error))) throw error
        await client.query('ROLLBACK TO counting')
        findings.push(difference(`${name} is missing, the backup has it.`))
      }
    }
    return findings
  } catch (error) {
    if (run.signal.aborted) throw run.signal.reason
    throw databaseError(error, 'ENGINE.COMPARE', `Cannot count the rows of ${connector.target}`)
  } finally {
    await client.end()
  }
}

const difference = (message: string): Finding => ({ severity: 'error', code: 'COMPARE.ROW_COUNT', message })

function expectedCounts(tables: readonly ContentsTable[]): { table: TableName; rows: number; whole: boolean }[] {
  const counts = new Map<string, { table: TableName; rows: number; whole: boolean }>()
  for (const { schema, name, rows, loadInto } of tables) {
    const table = loadInto ?? { schema, name }
    const key = qualifiedName(table)
    const known = counts.get(key)
    if (known) known.rows += rows
    else counts.set(key, { table, rows, whole: loadInto !== undefined })
  }
  return [...counts.values()]
}
