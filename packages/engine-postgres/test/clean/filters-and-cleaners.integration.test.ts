import { type Cleaner, type Contents, type Definition, file, planBackup, type RunEvent, sql, verify } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith, engineFor, expectNothingLeft, prepare, type Run, restored } from '../snapshot/run-backup.ts'

const shop = `
  CREATE TABLE customers (id int PRIMARY KEY); INSERT INTO customers VALUES (1), (2);
  CREATE TABLE orders (id int PRIMARY KEY, customer int CONSTRAINT of REFERENCES customers);
  INSERT INTO orders VALUES (1, 1), (2, 2);
  CREATE TABLE audit (of int CONSTRAINT audited REFERENCES orders); INSERT INTO audit VALUES (1)`

const without = (isOut: (definition: Definition) => boolean): Cleaner => ({
  specVersion: 1,
  name: 'without',
  clean: (definition) => (isOut(definition) ? undefined : definition),
})
const noKeys = without(({ kind }) => kind === 'FK CONSTRAINT')
const noOrders = without(({ kind, name }) => kind === 'TABLE' && (name === 'orders' || name === 'audit'))
const noAudit = without(({ kind, name }) => kind === 'TABLE' && name === 'audit')
const filters = { customers: sql`id = 1` }

let server: TestServer
let database: string
beforeAll(async () => {
  server = await startServer(17)
  database = await databaseWith(server, shop)
})
afterAll(() => server.stop())

async function backUp(run: Run) {
  const warnings: string[] = []
  const onEvent = (event: RunEvent) =>
    void (event.type === 'warning' && warnings.push(`${event.code} ${event.message}`))
  const { start, location, folder } = await prepare(server, database, { filters, onEvent, format: 'custom', ...run })
  return { start, location, folder, warnings }
}

describe('rows that refer to rows left out', () => {
  test.each([
    ['the keys', noKeys],
    ['the table that refers to them', noOrders],
  ])('are no matter where a cleaner leaves out %s', async (_, cleaner) => {
    const { start, location, warnings } = await backUp({ cleaners: [cleaner] })
    await start()
    expect(warnings).toEqual([])
    const copy = await restored(server, location)
    expect((await server.query('SELECT id FROM customers', copy)).rows).toEqual([{ id: 1 }])
    const { tables } = await planBackup({
      engine: engineFor(server, database),
      to: file(`${location}.plan`),
      filters,
      cleaners: [cleaner],
    })
    expect(tables.map(({ name }) => name)).toContain('customers')
  })

  test('are refused where their key stays, before anything is written', async () => {
    const { start, folder } = await backUp({ cleaners: [noAudit] })
    await expect(start()).rejects.toMatchObject({
      code: 'REFUSED.ORPHANS',
      message: '1 row of public.orders refers to rows of public.customers that are left out (of).',
    })
    await expectNothingLeft(server, folder)
  })

  test('keys that stay are NOT VALID, and only those are recorded', async () => {
    const { start, location } = await backUp({
      cleaners: [noAudit],
      filters: { customers: sql`id = 1`, orders: sql`id = 2` },
      onOrphans: 'notValid',
    })
    const contents = (await start()).manifest?.contents as Contents | undefined
    expect(contents?.notValid).toEqual([{ schema: 'public', name: 'orders', constraint: 'of' }])
    const copy = await restored(server, location)
    const { rows } = await server.query(
      "SELECT conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated",
      copy,
    )
    expect(rows).toEqual([{ conname: 'of' }])
    const { findings } = await verify({
      engine: engineFor(server, copy),
      from: file(location),
      against: true,
      definitions: true,
    })
    expect(findings).toEqual([])
  })
})

test('a filter of a table that a cleaner leaves out is told', async () => {
  const { start, warnings } = await backUp({ cleaners: [noAudit], filters: { audit: sql`of > 0` } })
  await start()
  expect(warnings).toEqual([
    'FILTER.LEFT_OUT The filter sql for public.audit has no effect: a cleaner left that table out.',
  ])
})
