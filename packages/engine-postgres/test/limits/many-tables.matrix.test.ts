import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { definitionsOf } from '../support/definitions.ts'
import { backUp, restoreInto } from '../support/round-trip.ts'

const tables = 5000

let server: TestServer
beforeAll(async () => {
  // As many as a server has by default, and with them the room in its lock table.
  server = await startServer(17, { settings: { max_connections: '100' } })
  await server.createDatabase('source')
  await server.query(
    `DO $$ BEGIN FOR i IN 1..${tables} LOOP
       EXECUTE format('CREATE TABLE t%s (id serial PRIMARY KEY, v text); INSERT INTO t%s (v) VALUES (%L)', i, i, 'row of ' || i);
       IF i % 500 = 0 THEN COMMIT; END IF;
     END LOOP; END $$`,
    'source',
  )
})
afterAll(() => server.stop())

test('5,000 tables, on a server with the lock table of its defaults', async () => {
  const target = await backUp(server, 'source')
  await expect(restoreInto(server, 'restored', target)).rejects.toMatchObject({
    code: 'REFUSED.LOCK_SPACE',
    hint: expect.stringContaining('--no-single-transaction'),
  })
  const { findings } = await restoreInto(server, 'restored', target, { singleTransaction: false })
  expect(findings).toEqual([])
  expect(await compareDatabases(server, 'source', 'restored')).toEqual({ rows: tables, differences: [] })
  expect(await definitionsOf(server, 'restored')).toEqual(await definitionsOf(server, 'source'))
})
