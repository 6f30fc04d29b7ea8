import { type FilterInput, type RunEvent, sql } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith, expectNothingLeft, prepare, type Run, restored } from '../snapshot/run-backup.ts'

const shop = `
  CREATE SCHEMA shop;
  CREATE TABLE shop.customers (id int PRIMARY KEY); INSERT INTO shop.customers VALUES (1);
  CREATE TABLE shop.orders (id int, customer int CONSTRAINT of REFERENCES shop.customers);
  INSERT INTO shop.orders VALUES (1, 1), (2, NULL)`

let server: TestServer
let database: string
beforeAll(async () => {
  server = await startServer(17)
  database = await databaseWith(server, shop)
})
afterAll(() => server.stop())

const filters: Record<string, FilterInput> = { 'shop.orders': sql`id = 2` }
const orders: Run = { schemas: ['shop'], excludeTables: ['shop.customers'], filters }

describe('a foreign key to a table that is not in the backup, which has filters', () => {
  // No row refers to anything: the key cannot be made all the same.
  test.each(['fail', 'notValid'] as const)('%s: it is refused', async (onOrphans) => {
    const { start, folder } = await prepare(server, database, { ...orders, onOrphans })
    await expect(start()).rejects.toMatchObject({
      code: 'REFUSED.ORPHANS',
      message:
        'shop.orders refers to shop.customers, which is not in the backup (of): a restore cannot make that foreign key.',
      hint: expect.stringContaining('select shop.customers'),
    })
    await expectNothingLeft(server, folder)
  })

  test('report: it is told, and the restore fails as told', async () => {
    const warnings: RunEvent[] = []
    const onEvent = (event: RunEvent) => void (event.type === 'warning' && warnings.push(event))
    const { start, location } = await prepare(server, database, { ...orders, onOrphans: 'report', onEvent })
    await start()
    expect(warnings).toMatchObject([{ code: 'FILTER.ORPHANS', message: expect.stringContaining('shop.customers') }])
    await expect(restored(server, location)).rejects.toMatchObject({ message: expect.stringContaining('42P01') })
  })

  test('that is NOT VALID, too', async () => {
    const unchecked = await databaseWith(
      server,
      `CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p int); ALTER TABLE c ADD CONSTRAINT of FOREIGN KEY (p) REFERENCES p NOT VALID`,
    )
    const { start } = await prepare(server, unchecked, { tables: ['c'], filters: { c: sql`p > 1` } })
    await expect(start()).rejects.toMatchObject({ code: 'REFUSED.ORPHANS' })
  })

  test.each<[string, Run]>([
    ['rows alone bring no key', { ...orders, dataOnly: true }],
    ['without filters the backup is what was selected', { ...orders, filters: {} }],
    ['with its parent there is nothing to tell', { tables: ['shop.*'], filters }],
  ])('%s', async (_, run) => {
    await (await prepare(server, database, run)).start()
  })
})
