import path from 'node:path'
import { backup, file, type RestoreOptions, restore } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith, engineFor, tempFolder } from '../snapshot/run-backup.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(17)
})
afterAll(() => server.stop())

const archives = [
  { encoding: 'LATIN1', schema: 'schéma', table: 'café', other: 'thé' },
  { encoding: 'EUC_JP', schema: '予約', table: '表', other: '列' },
  // The second byte of these letters is one of ASCII in SJIS: a backslash.
  { encoding: 'SJIS', schema: 'ソート', table: '表', other: '能' },
]

describe.each(archives)('names in an archive in $encoding', ({ encoding, schema, table, other }) => {
  let source: string
  const tables = `CREATE SCHEMA "${schema}"; CREATE TABLE "${schema}"."${table}" (id int); CREATE TABLE "${schema}"."${other}" (id int)`
  beforeAll(async () => {
    source = await databaseWith(server, `${tables}; INSERT INTO "${schema}"."${table}" VALUES (1), (2)`)
  })

  const stored = async () => {
    const to = file(path.join(await tempFolder(), 'backup.dump'))
    await backup({ engine: engineFor(server, source), to, encoding })
    return to
  }
  const restoreInto = async (database: string, options: Partial<RestoreOptions>) =>
    restore({ engine: engineFor(server, database), from: await stored(), ...options })
  const tablesOf = async (database: string) => {
    const { rows } = await server.query(
      "SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname !~ '^(pg_|information_)' ORDER BY 1",
      database,
    )
    return rows.map(({ name }) => name)
  }

  test.each([false, true])('select tables and schemas; one transaction: %s', async (singleTransaction) => {
    for (const [selection, restored] of [
      [{ tables: [`${schema}.${table}`] }, [table]],
      [{ schemas: [schema], excludeTables: [other] }, [table]],
      [{ schemas: [schema] }, [table, other]],
    ] as const) {
      const database = await databaseWith(server, 'SELECT 1')
      const { findings } = await restoreInto(database, { ...selection, singleTransaction })
      expect(findings).toEqual([])
      expect(new Set(await tablesOf(database))).toEqual(new Set(restored.map((name) => `${schema}.${name}`)))
    }
  })

  test('are proposed where nothing has the name', async () => {
    const running = restoreInto('postgres', { tables: [`${schema}.${table}x`] })
    await expect(running).rejects.toMatchObject({
      code: 'USAGE.SELECTION',
      hint: expect.stringContaining(`${schema}.${table},`),
    })
  })

  test.each([false, true])('stand in errors, and allow what fails; one transaction: %s', async (singleTransaction) => {
    const database = await databaseWith(server, `${tables}; ALTER TABLE "${schema}"."${table}" ADD CHECK (id < 2)`)
    const how = { dataOnly: true, singleTransaction }
    await expect(restoreInto(database, how)).rejects.toMatchObject({
      code: 'RESTORE.STATEMENT',
      message: expect.stringMatching(new RegExp(`of TABLE DATA ${schema}\\.${table}: COPY .*${schema}.*${table}`)),
      ...(!singleTransaction && { hint: `--allow 'table-data:${schema}.${table}' goes on without it` }),
    })
    const { findings } = await restoreInto(database, { ...how, allow: [`table-data:${schema}.${table}`] })
    expect(findings.map(({ code }) => code)).toContain('RESTORE.ALLOWED')
  })
})
