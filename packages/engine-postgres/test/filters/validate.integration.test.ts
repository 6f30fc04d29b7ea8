import { readFile } from 'node:fs/promises'
import { type FilterInput, type RunEvent, sql, validateFilters } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { engineFor } from '../support/round-trip.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(16)
  await server.createDatabase('shop')
  await server.query(await readFile(new URL('shop.sql', import.meta.url), 'utf8'), 'shop')
})
afterAll(() => server.stop())

const validate = (filters: Record<string, FilterInput>, onEvent: (event: RunEvent) => void = () => {}) =>
  validateFilters({ engine: engineFor(server, 'shop'), filters, onEvent })

test('filters that the server accepts', async () => {
  const events: RunEvent[] = []
  const { findings } = await validate({ orders: sql`price > ${50}`, events: 'SELECT * FROM events' }, (event) =>
    events.push(event),
  )
  expect(findings.map(({ code }) => code)).toEqual(['FILTER.PARTITIONS'])
  expect(events.at(-1)).toEqual({ type: 'result', command: 'validate', ok: true, findings })
})

test('no filters', async () => {
  expect(await validate({})).toEqual({ findings: [] })
})

test('filters that it refuses, all of them, and no connection is left', async () => {
  const filters = { orders: sql`pricee > ${'secret'}`, recent: sql`true`, customers: 'SELECT 1 AS id' }
  const error = await validate(filters).catch((reason: unknown) => reason)
  expect(error).toMatchObject({
    code: 'USAGE.FILTER',
    message: [
      'The filter for recent: shop.recent is a view, which has no rows of its own.',
      'The filter sql for orders: The server says: column "pricee" does not exist (42703).',
      'The filter query for customers: Expected the columns of shop.customers; the query lacks email, country, takes id not from the table.',
    ].join('\n'),
  })
  expect(JSON.stringify(error)).not.toContain('secret')
  const { rows } = await server.query(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = 'shop' AND pid <> pg_backend_pid()",
    'shop',
  )
  expect(rows).toEqual([{ count: '0' }])
})

test('a connection that is lost is no fault of the filter', async () => {
  const filter = {
    specVersion: 1,
    name: 'ends',
    where: async () => {
      await server.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'shop' AND pid <> pg_backend_pid()",
        'shop',
      )
      return sql`true`
    },
  } as const
  await expect(validate({ orders: filter })).rejects.toMatchObject({ code: 'ENGINE.CONNECTION_LOST' })
})
