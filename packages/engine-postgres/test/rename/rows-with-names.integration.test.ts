import { type BackupOptions, backup, file, type RunEvent, restore } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith, engineFor, tempFolder } from '../snapshot/run-backup.ts'

const content = `
  CREATE SCHEMA shop; CREATE DOMAIN shop.named AS regclass; CREATE TYPE shop.pair AS (n integer, "of type" regtype);
  CREATE TABLE shop.cust (id integer, ref regclass); INSERT INTO shop.cust VALUES (1, 'shop.cust');
  CREATE TABLE shop.nested (pairs shop.pair[]); CREATE TABLE shop.domains (a integer, "the name" shop.named NOT NULL);
  CREATE TABLE shop.arrays (all_of regprocedure[]); CREATE TABLE shop.heir () INHERITS (shop.cust);
  CREATE TABLE shop.plain (ref text DEFAULT 'shop.cust'::regclass, CONSTRAINT regclass CHECK (ref::regclass IS NOT NULL));
  CREATE TABLE shop.roles (who regrole, region text, registered date)`
const told = /^Rows with names in them/

describe('rows with names of what is renamed', () => {
  let server: TestServer
  let source: string
  beforeAll(async () => {
    server = await startServer(17)
    source = await databaseWith(server, content)
  })
  afterAll(() => server.stop())

  const backUp = async (options: Partial<BackupOptions> = {}) => {
    const warnings: string[] = []
    const onEvent = (event: RunEvent) => {
      if (event.type === 'warning' && told.test(event.message)) warnings.push(`${event.code}: ${event.message}`)
    }
    const from = file(`${await tempFolder()}/a.dump`)
    await backup({ engine: engineFor(server, source), to: from, onEvent, ...options })
    return { from, warnings, onEvent }
  }
  const tables = (schema: string) =>
    ['arrays', 'cust', 'domains', 'heir', 'nested'].map((name) => `TABLE ${schema}.${name}`).join(', ')
  const warning = (schema: string) =>
    `RENAME.LEFT: Rows with names in them, as columns of regclass and its kind have, are left as they are: ${tables(schema)}.`
  const renameSchemas = { shop: 'staging' }

  test('are told when a backup is written', async () => {
    expect((await backUp({ renameSchemas })).warnings).toEqual([warning('staging')])
    expect((await backUp({ renameTables: { 'shop.plain': 'other' } })).warnings).toEqual([warning('shop')])
    const without = ['shop.arrays', 'shop.cust', 'shop.domains', 'shop.heir', 'shop.nested']
    expect((await backUp({ renameSchemas, excludeTableData: without })).warnings).toEqual([])
    expect((await backUp()).warnings).toEqual([])
  })

  test('are told before a restore, which fails where nothing has the old name', async () => {
    const { from, warnings, onEvent } = await backUp()
    const engine = engineFor(server, await databaseWith(server, 'SELECT 1'))
    const restoring = { engine, from, renameSchemas, onEvent }
    await restore({ ...restoring, dryRun: true })
    expect(warnings).toEqual([warning('staging')])
    await expect(restore(restoring)).rejects.toMatchObject({ message: expect.stringContaining('staging.cust') })
    expect(warnings).toHaveLength(2)
    const alone = { tables: ['shop.roles'], dryRun: true }
    const other = { ...restoring, engine: engineFor(server, await databaseWith(server, 'CREATE SCHEMA shop')) }
    await restore({ ...other, ...alone })
    await restore({ ...other, schemaOnly: true, dryRun: true })
    expect(warnings).toHaveLength(2)
  })
})
